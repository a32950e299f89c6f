"""The way up (数据上传): readings to the platform above, by HJ 212 or as JSON over HTTP; no Django."""
