/* SPDX-License-Identifier: MIT */
/* The statistics of one meter. */
#pragma once

#include "weir-meter-private.h"
#include "weir-statistics.h"

G_BEGIN_DECLS

/* Sets all of statistics but the number of bytes. */
void weir_meter_read (WeirMeter *self, WeirStatistics *statistics);

G_END_DECLS
