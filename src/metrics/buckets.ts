/** A request that is answered from memory, to one that waited for its whole time (REQUEST_TIMEOUT_MS, 12 s). */
export const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 12];
/** A call takes about a second, and at most PAYSTAR_TIMEOUT_MS, 8 s. */
export const UPSTREAM_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 4, 6, 8];
/** A read from memory, to one that was given up after 300 ms. */
export const STORE_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3,
];
