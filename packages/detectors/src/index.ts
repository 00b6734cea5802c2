// Entry point of @writ/detectors.
export {};
