/* SPDX-License-Identifier: MIT */
App({
  globalData: {
    // The address of ./dev web, or of your own back end.
    url: 'http://127.0.0.1:8080/events?scenario=meeting',
  },
})
