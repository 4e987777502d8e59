/* SPDX-License-Identifier: MIT */
#pragma once

/* Deletes path, and all that is in it. */
void remove_tree (const char *path);
