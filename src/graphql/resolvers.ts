import { Arg, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Question } from '../paystar/client.ts';
import type { Verified } from '../verification/answer.ts';
import type { RequestContext } from './context.ts';
import { shownFailure } from './errors.ts';
import {
  CardVerification,
  MobileVerification,
  TokenStatus,
  Verification,
  VerifyCardInput,
  VerifyMobileInput,
} from './types.ts';

@Resolver()
export class VerificationResolver {
  @Mutation(() => MobileVerification, {
    nullable: true, // when one of several aliased checks fails, the answers already paid for must survive
    description:
      'Do this mobile number and this national ID belong together (Shahkar)? At most one paid Paystar call. Scope: verify.',
  })
  verifyMobile(
    @Arg('input', () => VerifyMobileInput) input: VerifyMobileInput,
    @Ctx() context: RequestContext,
  ): Promise<MobileVerification> {
    const { nationalId, mobileNumber } = input;
    return verify({ service: 'mobile-national-id', nationalId, mobileNumber }, input, context);
  }

  @Mutation(() => CardVerification, {
    nullable: true,
    description:
      'Do this card, this national ID and this birth date belong together? At most one paid Paystar call. Scope: verify.',
  })
  verifyCard(
    @Arg('input', () => VerifyCardInput) input: VerifyCardInput,
    @Ctx() context: RequestContext,
  ): Promise<CardVerification> {
    const { nationalId, cardNumber, birthDate } = input;
    return verify({ service: 'card-national-id', nationalId, cardNumber, birthDate }, input, context);
  }

  @Query(() => Verification, {
    nullable: true,
    description:
      'A recorded verification of this caller, until its retention ends. Costs nothing. Scope: verify.',
  })
  verification(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Verification | null> {
    return recorded(id, context);
  }

  @Directive('@merge(keyField: "id")')
  @Query(() => [Verification], {
    nullable: 'items',
    description:
      'The same for many ids in one read, in order, null for the unknown: stitching gateways merge types through it.',
  })
  verifications(
    @Arg('ids', () => [ID]) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(Verification | null)[]> {
    return Promise.all(ids.map(id => recorded(id, context)));
  }
}

@Resolver()
export class TokenResolver {
  @Query(() => TokenStatus, {
    description:
      'State of the cached Paystar API key. Never shows the key, never refreshes it, costs nothing. Scope: status.',
  })
  async tokenStatus(@Ctx() context: RequestContext): Promise<TokenStatus> {
    const { livemode, keyStatus, errorDetail } = context;
    const { lastFailure, ...status } = await keyStatus();
    return { ...status, livemode, lastFailure: lastFailure && shownFailure(lastFailure, errorDetail) };
  }
}

async function verify(
  question: Question,
  input: { maxAgeSeconds?: number | null; idempotencyKey?: string | null },
  context: RequestContext,
): Promise<Verification> {
  const answer = await context.loaders.ask({
    question,
    caller: context.caller!.name, // without one nothing gets here (see subgraph.ts)
    maxAgeSeconds: input.maxAgeSeconds ?? context.defaultMaxAgeSeconds,
    idempotencyKey: input.idempotencyKey ?? null,
    life: context.life,
  });
  context.notes.live ||= answer.source === 'LIVE';
  return { ...answer, livemode: context.livemode };
}

/** A recorded answer, or null. All that one operation wants, through whatever fields, are read at once. */
export async function recorded(
  id: string,
  { loaders, livemode }: RequestContext,
): Promise<(Verified & { livemode: boolean }) | null> {
  const answer = await loaders.recorded.load(id);
  return answer && { ...answer, livemode };
}
