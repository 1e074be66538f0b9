import 'reflect-metadata';
import {
  Directive,
  Field,
  ID,
  InputType,
  Int,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { BirthDate, CardNumber, DateTime, MobileNumber, NationalId } from './scalars.ts';

const SOURCE = { LIVE: 'LIVE', RECORD: 'RECORD' } as const;
registerEnumType(SOURCE, {
  name: 'VerificationSource',
  description: 'Where an answer comes from.',
  valuesConfig: {
    LIVE: { description: 'Paystar was asked for this request (or for an identical one in flight).' },
    RECORD: { description: 'An earlier answer given again.' },
  },
});

const STATE = {
  ABSENT: 'ABSENT',
  VALID: 'VALID',
  EXPIRING: 'EXPIRING',
  EXPIRED: 'EXPIRED',
  REJECTED: 'REJECTED',
} as const;
registerEnumType(STATE, {
  name: 'TokenState',
  description: 'The state of the cached Paystar API key.',
  valuesConfig: {
    ABSENT: { description: 'None yet; the first question obtains one.' },
    VALID: { description: 'It serves.' },
    EXPIRING: { description: 'A refresh is due; the key still serves.' },
    EXPIRED: { description: 'Its time is over, and there is no newer one.' },
    REJECTED: { description: 'Paystar refused it (status 4 or 5), and there is no newer one.' },
  },
});

@InterfaceType({
  description:
    'A definite answer of Paystar: the data belong together, or they do not. Holds no personal data.',
  resolveType: typeNameOf,
})
export abstract class Verification {
  @Field(() => ID, {
    description: 'Opaque. Reads the answer again through `verification` while it is retained.',
  })
  id!: string;

  @Field(() => Boolean, {
    description: 'True: they belong together. False: they do not. An outage is never false.',
  })
  isMatched!: boolean;

  @Field(() => DateTime, { description: 'When Paystar gave this answer.' })
  checkedAt!: number;

  @Field(() => SOURCE, { description: 'Whether Paystar was asked for this request.' })
  source!: keyof typeof SOURCE;

  @Field(() => Boolean, { description: 'False when the answer comes from the bundled sandbox.' })
  livemode!: boolean;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: Verification,
  simpleResolvers: true,
  description: 'Whether a mobile number and a national ID belong together (Shahkar).',
})
export class MobileVerification extends Verification {}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: Verification,
  simpleResolvers: true,
  description: 'Whether a bank card, a national ID and a birth date belong together.',
})
export class CardVerification extends Verification {}

@InputType()
abstract class VerifyInput {
  @Field(() => NationalId, { description: 'The Iranian national ID (kod-e melli) of the person.' })
  nationalId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Accept a recorded answer at most this old; 0 asks Paystar again. Default: RESULT_MAX_AGE_SECONDS.',
  })
  maxAgeSeconds?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Same key and same input within 24 hours: the same outcome, never a second paid call, on any instance. 1-128 characters.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The question of `verifyMobile`.' })
export class VerifyMobileInput extends VerifyInput {
  @Field(() => MobileNumber, { description: 'The mobile number that may be registered to the person.' })
  mobileNumber!: string;
}

@InputType({ description: 'The question of `verifyCard`.' })
export class VerifyCardInput extends VerifyInput {
  @Field(() => CardNumber, { description: 'The bank card that may be issued to the person.' })
  cardNumber!: string;

  @Field(() => BirthDate, { description: "The person's birth date." })
  birthDate!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The last failed refresh of the API key.' })
export class TokenFailure {
  @Field(() => String, { description: 'The error code of the failure.' })
  code!: string;

  @Field(() => Int, { nullable: true, description: "Paystar's status, when there was one." })
  status!: number | null;

  @Field(() => DateTime, { description: 'When it failed.' })
  at!: number;

  @Field(() => DateTime, { nullable: true, description: 'The next try comes no sooner.' })
  retryAt!: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Everything about the cached Paystar API key but the key.',
})
export class TokenStatus {
  @Field(() => STATE, { description: 'Whether the key serves.' })
  state!: keyof typeof STATE;

  @Field(() => DateTime, { nullable: true, description: 'When the key ends; null while unknown.' })
  expiresAt!: number | null;

  @Field(() => Int, { nullable: true, description: 'Seconds until then; 0 when it is over.' })
  expiresInSeconds!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When this key was obtained.' })
  refreshedAt!: number | null;

  @Field(() => Int, {
    description: 'Counts the keys obtained so far: 0 before the first (a seed key counts as 0).',
  })
  generation!: number;

  @Field(() => TokenFailure, {
    nullable: true,
    description: 'The last failed refresh; null after a later success.',
  })
  lastFailure!: TokenFailure | null;

  @Field(() => Boolean, { description: 'False when the server talks to the bundled sandbox.' })
  livemode!: boolean;
}

/** The type of an answer, by the service that gave it. */
export function typeNameOf({ service }: { service: string }): 'MobileVerification' | 'CardVerification' {
  return service === 'mobile-national-id' ? 'MobileVerification' : 'CardVerification';
}
