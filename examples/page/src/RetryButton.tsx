import { useEffect, useState } from 'react';

/** Can be pressed once the seconds that the server asked for are over. */
export function RetryButton({ seconds, onRetry }: { seconds: number; onRetry: () => void }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    // Held against the clock: a browser slows the timers of a tab that nobody looks at.
    const until = Date.now() + seconds * 1000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return (
    <button type="button" className="retry" disabled={left > 0} onClick={onRetry}>
      {left > 0 ? `تلاش دوباره، ${left.toLocaleString('fa-IR')} ثانیهٔ دیگر` : 'تلاش دوباره'}
    </button>
  );
}
