// Entry point of @writ/gateway.
export {};
