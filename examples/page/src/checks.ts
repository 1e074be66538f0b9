import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import {
  VerifyCardDocument,
  VerifyMobileDocument,
  type VerificationFieldsFragment,
} from 'paystar-identity-graphql/operations';

const client = new ApolloClient({
  link: new HttpLink({ uri: '/graphql' }),
  cache: new InMemoryCache({ possibleTypes: { Verification: ['MobileVerification', 'CardVerification'] } }),
});

/** The names of the inputs are those of the schema: what the server rejects is found by them. */
export type InputName = 'nationalId' | 'mobileNumber' | 'cardNumber' | 'birthDate';
export type Values = Record<InputName, string>;

export interface Check {
  readonly name: string;
  readonly inputs: readonly InputName[];
  readonly matched: string;
  readonly mismatched: string;
  /** Rejects with Apollo Client's CombinedGraphQLErrors, or when the server was not reached. */
  ask(values: Values, idempotencyKey: string): Promise<VerificationFieldsFragment | null | undefined>;
}

export const MOBILE: Check = {
  name: 'شمارهٔ موبایل',
  inputs: ['nationalId', 'mobileNumber'],
  matched: 'این شمارهٔ موبایل به صاحب این کد ملی تعلق دارد.',
  mismatched: 'این شمارهٔ موبایل به صاحب این کد ملی تعلق ندارد.',
  async ask({ nationalId, mobileNumber }, idempotencyKey) {
    const variables = { input: { nationalId, mobileNumber, idempotencyKey } };
    const { data } = await client.mutate({ mutation: VerifyMobileDocument, variables });
    return data?.verifyMobile;
  },
};

export const CARD: Check = {
  name: 'کارت بانکی',
  inputs: ['nationalId', 'cardNumber', 'birthDate'],
  matched: 'این کارت بانکی با این کد ملی و تاریخ تولد مطابقت دارد.',
  mismatched: 'این کارت بانکی با این کد ملی و تاریخ تولد مطابقت ندارد.',
  async ask({ nationalId, cardNumber, birthDate }, idempotencyKey) {
    const variables = { input: { nationalId, cardNumber, birthDate, idempotencyKey } };
    const { data } = await client.mutate({ mutation: VerifyCardDocument, variables });
    return data?.verifyCard;
  },
};
