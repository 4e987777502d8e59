/* SPDX-License-Identifier: MIT */
App({
  globalData: {
    // 后端地址。./dev web 打印的地址可以直接使用；真机请换成局域网地址或已配置的 https 域名。
    base: 'http://127.0.0.1:8080',
    // 放在分包里时请改成分包内的路径。
    wasm: '/miniprogram_npm/weir-sse/weir-sse-scalar.wasm.br',
  },
})
