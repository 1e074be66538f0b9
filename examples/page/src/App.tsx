import { useState } from 'react';
import { CARD, MOBILE } from './checks.ts';
import { CheckForm } from './CheckForm.tsx';

export function App() {
  const [check, setCheck] = useState(MOBILE);
  return (
    <main>
      <h1>استعلام هویت</h1>
      <p>لطفاً انتخاب کنید که کدام مشخصه با کد ملی مقایسه شود.</p>
      <div className="choice" role="group" aria-label="نوع استعلام">
        {[MOBILE, CARD].map(one => (
          <button key={one.name} type="button" aria-pressed={one === check} onClick={() => setCheck(one)}>
            {one.name}
          </button>
        ))}
      </div>
      <CheckForm key={check.name} check={check} />
    </main>
  );
}
