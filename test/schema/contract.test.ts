import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { OWN_ERRORS } from '../../src/errors/own.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { SCOPE_OF } from '../../src/graphql/scopes.ts';
import { subgraphSchema } from '../../src/graphql/subgraph.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const contract = buildSchema(read('./contract.graphql'));
const committed = buildSchema(read('../../schema/schema.graphql'));

describe('the schema', () => {
  it('makes no change to the contract that could break a caller', () => {
    expect(findBreakingChanges(contract, committed)).toEqual([]);
  });

  it('has exactly the types, nullability and enum values of the contract wherever the contract speaks', () => {
    expect(shape(committed, shape(contract))).toEqual(shape(contract));
  });

  it('is the one that the code makes, descriptions included', () => {
    expect(text(committed)).toBe(text(createSchema()));
  });

  it('describes every type, field, argument and enum value', () => {
    expect(undescribed(createSchema())).toEqual([]);
  });

  it('lists every error code in its description, and no other', () => {
    const listed = /one of: (.*)\.$/.exec(committed.description!)![1].split(', ');
    const rows = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)].map(row => row.code);
    expect(listed.toSorted()).toEqual([...rows, ...Object.keys(OWN_ERRORS)].toSorted());
  });

  it('has a scope for every root field that the server runs, but for what gateways compose by', () => {
    const subgraph = subgraphSchema();
    const fields = [subgraph.getQueryType()!, subgraph.getMutationType()!].flatMap(type =>
      Object.keys(type.getFields()),
    );
    expect([...Object.keys(SCOPE_OF), '_service'].toSorted()).toEqual(fields.toSorted());
  });

  it('is what the server runs, beside what federation adds', () => {
    const run = subgraphSchema();
    expect(shape(run, shape(committed))).toEqual(shape(committed));
    expect(added(committed, run)).toEqual([
      'Query._entities(representations: [_Any!]!): [_Entity]!',
      'Query._service(): _Service!',
      '_Service.sdl(): String',
    ]);
  });
});

/** `Type.field(arg: T): T` for everything; only what `of` knows, when it is given. */
function shape(schema: GraphQLSchema, of?: string[]): string[] {
  const lines: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isEnumType(type)) lines.push(...type.getValues().map(value => `${type.name}.${value.name}`));
    if (isObjectType(type) || isInterfaceType(type)) {
      lines.push(...type.getInterfaces().map(parent => `${type.name} implements ${parent.name}`));
      for (const field of Object.values(type.getFields())) {
        const args = field.args.map(arg => `${arg.name}: ${String(arg.type)}`).join(', ');
        lines.push(`${type.name}.${field.name}(${args}): ${String(field.type)}`);
      }
    }
    if (isInputObjectType(type)) {
      lines.push(
        ...Object.values(type.getFields()).map(field => `${type.name}.${field.name}: ${String(field.type)}`),
      );
    }
  }
  return lines.filter(line => !of || of.includes(line)).toSorted();
}

/** What of `schema` the `base` lacks, but for the definitions of the link and federation specifications. */
function added(base: GraphQLSchema, schema: GraphQLSchema): string[] {
  const known = shape(base);
  return shape(schema).filter(line => !known.includes(line) && !/^(link|federation)__/.test(line));
}

function text(schema: GraphQLSchema): string {
  return printSchema(lexicographicSortSchema(schema));
}

function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const look = (name: string, described: { description?: string | null | undefined }) => {
    if (!described.description) missing.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    look(type.name, type);
    if (isEnumType(type)) type.getValues().forEach(value => look(`${type.name}.${value.name}`, value));
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        field.args.forEach(arg => look(`${type.name}.${field.name}(${arg.name})`, arg));
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    }
  }
  return missing;
}
