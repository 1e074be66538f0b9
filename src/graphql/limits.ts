import { GraphQLError, Kind, NoFragmentCyclesRule, validate } from 'graphql';
import type { ASTVisitor, DocumentNode, GraphQLSchema, ValidationContext, ValidationRule } from 'graphql';

/** The contract's largest sensible operation, five checks with all fields, has some 300 tokens. */
export const MAX_TOKENS = 2000;
/** Fragments that spread each other grow exponentially; the full introspection query has some hundreds. */
export const MAX_SELECTIONS = 10_000;
const MAX_DEPTH = 12;
const MAX_FIELDS = 200;
const MAX_ALIASES = 30;
const MAX_FRAGMENTS = 50;
const MAX_DIRECTIVES = 20;

/** Depth of the document as written, so that circular fragments need no care. */
const depthRule = counting(visitor => {
  let depth = 0;
  const enter = () => ((depth += 1), depth > MAX_DEPTH ? visitor.refuse() : undefined);
  const leave = () => void (depth -= 1);
  return { SelectionSet: { enter, leave }, ListValue: { enter, leave }, ObjectValue: { enter, leave } };
});

const sizeRule = counting(visitor => {
  const atMost = (limit: number) => {
    let count = 0;
    return () => ((count += 1), count > limit ? visitor.refuse() : undefined);
  };
  const [field, alias] = [atMost(MAX_FIELDS), atMost(MAX_ALIASES)];
  return {
    [Kind.FIELD]: node => (field(), node.alias ? alias() : undefined),
    [Kind.FRAGMENT_SPREAD]: field,
    [Kind.INLINE_FRAGMENT]: field,
    [Kind.FRAGMENT_DEFINITION]: atMost(MAX_FRAGMENTS),
    [Kind.DIRECTIVE]: atMost(MAX_DIRECTIVES),
  };
});

/**
 * Whether a document that parses is too much to look at any further. The schema's own rules take quadratic time, and on
 * circular fragments one of them (OverlappingFieldsCanBeMerged) can overflow the stack: these come first.
 */
export function isOverLimits(schema: GraphQLSchema, document: DocumentNode): boolean {
  return validate(schema, document, [depthRule, sizeRule, NoFragmentCyclesRule], { maxErrors: 1 }).length > 0;
}

function counting(visit: (visitor: { refuse(): void }) => ASTVisitor): ValidationRule {
  return (context: ValidationContext) => {
    let refused = false;
    return visit({
      refuse() {
        if (!refused) context.reportError(new GraphQLError('The document is over a limit of this server.'));
        refused = true;
      },
    });
  };
}
