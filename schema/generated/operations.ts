/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The state of the cached Paystar API key. */
export type TokenState =
  /** None yet; the first question obtains one. */
  | 'ABSENT'
  /** Its time is over, and there is no newer one. */
  | 'EXPIRED'
  /** A refresh is due; the key still serves. */
  | 'EXPIRING'
  /** Paystar refused it (status 4 or 5), and there is no newer one. */
  | 'REJECTED'
  /** It serves. */
  | 'VALID';

/** Where an answer comes from. */
export type VerificationSource =
  /** Paystar was asked for this request (or for an identical one in flight). */
  | 'LIVE'
  /** An earlier answer given again. */
  | 'RECORD';

/** The question of `verifyCard`. */
export type VerifyCardInput = {
  /** The person's birth date. */
  birthDate: string;
  /** The bank card that may be issued to the person. */
  cardNumber: string;
  /** Same key and same input within 24 hours: the same outcome, never a second paid call, on any instance. 1-128 characters. */
  idempotencyKey?: string | null | undefined;
  /** Accept a recorded answer at most this old; 0 asks Paystar again. Default: RESULT_MAX_AGE_SECONDS. */
  maxAgeSeconds?: number | null | undefined;
  /** The Iranian national ID (kod-e melli) of the person. */
  nationalId: string;
};

/** The question of `verifyMobile`. */
export type VerifyMobileInput = {
  /** Same key and same input within 24 hours: the same outcome, never a second paid call, on any instance. 1-128 characters. */
  idempotencyKey?: string | null | undefined;
  /** Accept a recorded answer at most this old; 0 asks Paystar again. Default: RESULT_MAX_AGE_SECONDS. */
  maxAgeSeconds?: number | null | undefined;
  /** The mobile number that may be registered to the person. */
  mobileNumber: string;
  /** The Iranian national ID (kod-e melli) of the person. */
  nationalId: string;
};

export type TokenStatusQueryVariables = Exact<{ [key: string]: never }>;

export type TokenStatusQuery = {
  tokenStatus: {
    state: TokenState;
    expiresAt: string | null;
    expiresInSeconds: number | null;
    refreshedAt: string | null;
    generation: number;
    livemode: boolean;
    lastFailure: { code: string; status: number | null; at: string; retryAt: string | null } | null;
  };
};

type VerificationFields_CardVerification_Fragment = {
  id: string;
  isMatched: boolean;
  checkedAt: string;
  source: VerificationSource;
  livemode: boolean;
};

type VerificationFields_MobileVerification_Fragment = {
  id: string;
  isMatched: boolean;
  checkedAt: string;
  source: VerificationSource;
  livemode: boolean;
};

export type VerificationFieldsFragment =
  VerificationFields_CardVerification_Fragment | VerificationFields_MobileVerification_Fragment;

export type VerifyMobileMutationVariables = Exact<{
  input: VerifyMobileInput;
}>;

export type VerifyMobileMutation = {
  verifyMobile: {
    id: string;
    isMatched: boolean;
    checkedAt: string;
    source: VerificationSource;
    livemode: boolean;
  } | null;
};

export type VerifyCardMutationVariables = Exact<{
  input: VerifyCardInput;
}>;

export type VerifyCardMutation = {
  verifyCard: {
    id: string;
    isMatched: boolean;
    checkedAt: string;
    source: VerificationSource;
    livemode: boolean;
  } | null;
};

export type VerificationQueryVariables = Exact<{
  id: string | number;
}>;

export type VerificationQuery = {
  verification:
    | { id: string; isMatched: boolean; checkedAt: string; source: VerificationSource; livemode: boolean }
    | { id: string; isMatched: boolean; checkedAt: string; source: VerificationSource; livemode: boolean }
    | null;
};

export type VerificationsQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;

export type VerificationsQuery = {
  verifications: Array<
    | { id: string; isMatched: boolean; checkedAt: string; source: VerificationSource; livemode: boolean }
    | { id: string; isMatched: boolean; checkedAt: string; source: VerificationSource; livemode: boolean }
    | null
  >;
};

export const VerificationFieldsFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'VerificationFields' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Verification' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isMatched' } },
          { kind: 'Field', name: { kind: 'Name', value: 'checkedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'source' } },
          { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<VerificationFieldsFragment, unknown>;
export const TokenStatusDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'TokenStatus' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'tokenStatus' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'expiresAt' } },
                { kind: 'Field', name: { kind: 'Name', value: 'expiresInSeconds' } },
                { kind: 'Field', name: { kind: 'Name', value: 'refreshedAt' } },
                { kind: 'Field', name: { kind: 'Name', value: 'generation' } },
                { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'lastFailure' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'status' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'retryAt' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<TokenStatusQuery, TokenStatusQueryVariables>;
export const VerifyMobileDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'VerifyMobile' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
          type: {
            kind: 'NonNullType',
            type: { kind: 'NamedType', name: { kind: 'Name', value: 'VerifyMobileInput' } },
          },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verifyMobile' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'VerificationFields' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'VerificationFields' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Verification' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isMatched' } },
          { kind: 'Field', name: { kind: 'Name', value: 'checkedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'source' } },
          { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<VerifyMobileMutation, VerifyMobileMutationVariables>;
export const VerifyCardDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'VerifyCard' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
          type: {
            kind: 'NonNullType',
            type: { kind: 'NamedType', name: { kind: 'Name', value: 'VerifyCardInput' } },
          },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verifyCard' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'VerificationFields' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'VerificationFields' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Verification' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isMatched' } },
          { kind: 'Field', name: { kind: 'Name', value: 'checkedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'source' } },
          { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<VerifyCardMutation, VerifyCardMutationVariables>;
export const VerificationDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Verification' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verification' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'VerificationFields' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'VerificationFields' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Verification' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isMatched' } },
          { kind: 'Field', name: { kind: 'Name', value: 'checkedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'source' } },
          { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<VerificationQuery, VerificationQueryVariables>;
export const VerificationsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Verifications' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'ids' } },
          type: {
            kind: 'NonNullType',
            type: {
              kind: 'ListType',
              type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
            },
          },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'verifications' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'ids' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'ids' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'VerificationFields' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'VerificationFields' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Verification' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isMatched' } },
          { kind: 'Field', name: { kind: 'Name', value: 'checkedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'source' } },
          { kind: 'Field', name: { kind: 'Name', value: 'livemode' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<VerificationsQuery, VerificationsQueryVariables>;
