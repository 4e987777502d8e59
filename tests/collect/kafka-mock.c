/* SPDX-License-Identifier: MIT */
/* A mock cluster of librdkafka with one topic of three partitions. Prints its address, and runs until standard
 * input is closed. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <stdio.h>
#include <unistd.h>

int
main (void)
{
  char text[256];
  char byte;
  rd_kafka_t *client = rd_kafka_new (RD_KAFKA_PRODUCER, rd_kafka_conf_new (), text, sizeof text);
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new (client, 1);

  rd_kafka_mock_topic_create (cluster, "weir", 3, 1);
  puts (rd_kafka_mock_cluster_bootstraps (cluster));
  fflush (stdout);
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
  rd_kafka_mock_cluster_destroy (cluster);
  rd_kafka_destroy (client);
  return 0;
}
