/** One line a check. `what` never holds a secret. */
export interface Report {
  ok(name: string, what: string): void;
  /** `what` says what to do. */
  fail(name: string, what: string): void;
  skip(name: string, why: string): void;
  readonly failed: boolean;
}

export function createReport(write: (line: string) => void): Report {
  let failed = false;
  const line = (mark: string, name: string, what: string) =>
    write(`${mark.padEnd(4)}  ${name.padEnd(11)}  ${what}`);
  return {
    ok: (name, what) => line('ok', name, what),
    fail: (name, what) => {
      failed = true;
      line('FAIL', name, what);
    },
    skip: (name, why) => line('-', name, why),
    get failed() {
      return failed;
    },
  };
}
