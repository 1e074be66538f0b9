import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import {
  GraphQLError,
  ProvidedRequiredArgumentsRule,
  ValuesOfCorrectTypeRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import type { IdentityError } from '../errors/identityError.ts';
import { admit, refuseBadInput, refuseCredential } from './admission.ts';
import type { Admission } from './admission.ts';
import type { RequestContext } from './context.ts';
import { formatError, toIdentityError } from './errors.ts';
import type { ErrorDetail } from './errors.ts';
import { isOverLimits } from './limits.ts';
import { planOf } from './plan.ts';
import { chosenOperation } from './rootFields.ts';

export interface GatekeeperOptions {
  readonly maxChecks: number;
  readonly errorDetail: ErrorDetail;
  /** Hears of each operation that has been parsed, validated and admitted. */
  readonly onAccepted?: (source: string, document: DocumentNode, operation: OperationDefinitionNode) => void;
}

/** Stands between Apollo's pipeline and our own order of refusals. */
export function gatekeeper(options: GatekeeperOptions): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      let refused: DocumentNode | null = null;
      return {
        async validationDidStart(requestContext) {
          const { schema, document } = requestContext;
          if (!isOverLimits(schema, document)) return;
          refused = document;
          Object.assign(requestContext, { document: IN_PLACE_OF_THE_REFUSED });
        },
        async didResolveOperation({ schema, source, document, operation, request, contextValue }) {
          if (!operation) return; // Apollo says which operation it misses
          const variables = request.variables ?? {};
          const admission = { schema, document, operation, variables, context: contextValue };
          const refusal = admit(admission, options.maxChecks);
          if (refusal) throw asGraphQL(refusal);
          options.onAccepted?.(source, document, operation);
        },
        async didEncounterErrors({ errors, contextValue }) {
          contextValue.notes.errors.push(...errors.map(toIdentityError));
        },
        async willSendResponse(requestContext) {
          replaceValidationErrors(requestContext, refused, options);
        },
      };
    },
  };
}

/** Apollo has no way to refuse a document between parsing and validation, so it gets one to validate that is cheap and never valid. */
const IN_PLACE_OF_THE_REFUSED = parse('fragment Unused on Query { __typename }', { noLocation: true });

/**
 * Literals that break a rule fail in validation, one error each, every one with the value in it. When nothing else is
 * wrong with the document, the answer is that of the input pass, as it is for variables.
 */
function replaceValidationErrors(
  requestContext: GraphQLRequestContextWillSendResponse<RequestContext>,
  refused: DocumentNode | null,
  options: GatekeeperOptions,
): void {
  const { schema, request, response, errors, contextValue: context } = requestContext;
  const document = refused ?? requestContext.document;
  if (!document || errors?.[0]?.extensions['code'] !== 'GRAPHQL_VALIDATION_FAILED') return;
  const operation = chosenOperation(document, request.operationName);
  if (!operation || response.body.kind !== 'single') return;
  context.notes.rootField = planOf(document, operation).rootField;
  const admission: Admission = { schema, document, operation, variables: request.variables ?? {}, context };
  const refusal =
    refuseCredential(admission) ??
    (refused === null && isValidButForInput(schema, document) ? refuseBadInput(admission) : null);
  if (!refusal) return;
  context.notes.errors = [refusal];
  response.body.singleResult = { errors: [formatError(refusal, options.errorDetail)] };
}

const INPUT_RULES: ReadonlySet<ValidationRule> = new Set([
  ValuesOfCorrectTypeRule,
  ProvidedRequiredArgumentsRule,
]);
const OTHER_RULES = specifiedRules.filter(rule => !INPUT_RULES.has(rule));

function isValidButForInput(schema: GraphQLSchema, document: DocumentNode): boolean {
  return validate(schema, document, OTHER_RULES, { maxErrors: 1 }).length === 0;
}

/** Apollo passes on GraphQLErrors as they are, and logs anything else as a plugin's crash. */
function asGraphQL(refusal: IdentityError): GraphQLError {
  return new GraphQLError(refusal.message, { originalError: refusal, extensions: { code: refusal.code } });
}
