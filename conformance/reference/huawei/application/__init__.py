"""The embedded Huawei application: receives the notifications of chapter 1.8."""
