import { GraphQLError, Kind } from 'graphql';
import type { ASTVisitor, ValidationContext, ValidationRule } from 'graphql';

/** The contract's largest sensible operation, five checks with all fields, has some 300 tokens. */
export const MAX_TOKENS = 2000;
const MAX_DEPTH = 12;
const MAX_FIELDS = 200;
const MAX_ALIASES = 30;
const MAX_DIRECTIVES = 20;

/** Depth of the document as written, so that circular fragments need no care. */
const depthRule = counting(visitor => {
  let depth = 0;
  const enter = () => ((depth += 1), depth > MAX_DEPTH ? visitor.refuse() : undefined);
  const leave = () => void (depth -= 1);
  return { SelectionSet: { enter, leave }, ListValue: { enter, leave }, ObjectValue: { enter, leave } };
});

const sizeRule = counting(visitor => {
  const counts = { fields: 0, aliases: 0, directives: 0 };
  return {
    [Kind.FIELD](node) {
      counts.fields += 1;
      if (node.alias) counts.aliases += 1;
      if (counts.fields > MAX_FIELDS || counts.aliases > MAX_ALIASES) visitor.refuse();
    },
    [Kind.DIRECTIVE]() {
      counts.directives += 1;
      if (counts.directives > MAX_DIRECTIVES) visitor.refuse();
    },
  };
});

/** Run before the schema's own rules, some of which take quadratic time. */
export const LIMIT_RULES: readonly ValidationRule[] = [depthRule, sizeRule];

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
