import { useRef, useState } from 'react';
import type { VerificationFieldsFragment } from 'paystar-identity-graphql/operations';
import type { Check, InputName, Values } from './checks.ts';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { Field } from './Field.tsx';
import { RetryButton } from './RetryButton.tsx';

type State =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'answered'; readonly answer: VerificationFieldsFragment }
  | { readonly kind: 'failed'; readonly failure: Failure };

const EMPTY: Values = { nationalId: '', mobileNumber: '', cardNumber: '', birthDate: '' };

export function CheckForm({ check }: { check: Check }) {
  const [values, setValues] = useState(EMPTY);
  const [state, setState] = useState<State>({ kind: 'idle' });
  // One key for one question, however often it is sent: whatever happens on the way, it is paid for once at most.
  const idempotencyKey = useRef(newKey());

  const change = (name: InputName, value: string) => {
    idempotencyKey.current = newKey();
    setValues({ ...values, [name]: value });
    setState({ kind: 'idle' });
  };
  const ask = async () => {
    setState({ kind: 'asking' });
    try {
      const answer = await check.ask(values, idempotencyKey.current);
      setState(answer ? { kind: 'answered', answer } : { kind: 'failed', failure: failureOf(null) });
    } catch (thrown) {
      setState({ kind: 'failed', failure: failureOf(thrown) });
    }
  };

  const asking = state.kind === 'asking';
  const rejected = state.kind === 'failed' ? state.failure.fields : {};
  return (
    <form
      noValidate // the server checks every input, and explains better what is wrong
      onSubmit={event => {
        event.preventDefault();
        void ask();
      }}
    >
      {check.inputs.map(name => (
        <Field
          key={name}
          name={name}
          value={values[name]}
          message={rejected[name]}
          disabled={asking}
          onChange={value => change(name, value)}
        />
      ))}
      <button type="submit" className="primary" disabled={asking}>
        {asking ? 'در حال استعلام…' : 'استعلام'}
      </button>
      <div aria-live="polite">
        {state.kind === 'answered' && <Answer check={check} answer={state.answer} />}
        {state.kind === 'failed' && <FailureBox failure={state.failure} onRetry={() => void ask()} />}
      </div>
    </form>
  );
}

function newKey(): string {
  return crypto.randomUUID();
}

function Answer({ check, answer }: { check: Check; answer: VerificationFieldsFragment }) {
  const time = new Date(answer.checkedAt).toLocaleString('fa-IR', { dateStyle: 'long', timeStyle: 'short' });
  return (
    <section className={answer.isMatched ? 'box matched' : 'box mismatched'}>
      <strong>{answer.isMatched ? check.matched : check.mismatched}</strong>
      <small>زمان استعلام: {time}</small>
      {!answer.livemode && <small>این پاسخ آزمایشی است و اعتباری ندارد.</small>}
    </section>
  );
}

/** Then the user can correct it alone, and nobody has to look into the log. */
function hasFields({ fields }: Failure): boolean {
  return Object.keys(fields).length > 0;
}

function FailureBox({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  return (
    <section className="box failed">
      <strong>{failure.message}</strong>
      {failure.retryable && <RetryButton seconds={failure.retryAfterSeconds} onRetry={onRetry} />}
      {failure.requestId && !hasFields(failure) && (
        <small>
          کد پیگیری: <bdi>{failure.requestId}</bdi>
        </small>
      )}
    </section>
  );
}
