import next from 'eslint-config-next/core-web-vitals'
import tseslint from 'typescript-eslint'

const TYPESCRIPT = ['**/*.ts', '**/*.tsx']
const TESTS = ['**/*.test.ts', '**/*.test.tsx', 'e2e/**', 'lib/testing/**']

/** Programs of their own, which read their own configuration: everything else asks lib/env.ts. */
const ENTRY_PROGRAMS = [
  'lib/env.ts',
  'instrumentation.ts',
  'lib/sandbox/**',
  'lib/dev/**',
  'lib/testing/**',
  'bench/**',
  'e2e/**',
  '**/*.config.ts',
  '**/*.test.ts',
]

/** Where a value from outside is given its type, each behind a check that its docstring names. */
const PARSERS = ['**/parse.ts', '**/parse-*.ts', '**/parse/**', '**/wire.ts', '**/wire/**', '**/*-guard.ts']

/** Modules that move money, or whose statements stand beside a movement of money. */
const MONEY = ['lib/core/**', 'lib/webhooks/**', 'lib/jobs/**', 'lib/stripe/**', 'lib/dialects/**', 'app/**']

const cast = {
  selector: 'TSAsExpression:not([typeAnnotation.typeName.name="const"])',
  message:
    'Parse the value instead of asserting its type; a cast belongs in a parser, with its guarantee above it.',
}
const rawSql = [
  {
    selector: 'CallExpression[callee.property.name="unsafe"]',
    message: 'Write the statement as a tagged template: unsafe() takes text from anywhere.',
  },
  {
    selector: 'CallExpression[callee.object.name="sql"][callee.property.name="raw"]',
    message: 'Write the statement as a tagged template: sql.raw() takes text from anywhere.',
  },
]
const environment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only lib/env.ts reads the environment.',
}
const transaction = {
  selector: 'CallExpression[callee.property.name=/^(begin|transaction)$/]',
  message: 'A movement of money is one statement: postgres.js can tear an interactive transaction in two.',
}
const unguarded = {
  selector: 'MemberExpression[property.name="sql"]',
  message:
    'Call the database through callDatabase: the driver can lose a call, and whoever asked waits for ever.',
}
const ownApi = {
  selector:
    'CallExpression[callee.name="fetch"] > :first-child:matches(Literal[value=/^\\u002fapi/], TemplateLiteral[quasis.0.value.raw=/^\\u002fapi/])',
  message: 'Pages read verbs and forms call actions: nobody fetches our own API.',
}

const restrict = (...selectors) => ({ 'no-restricted-syntax': ['error', ...selectors] })

export default tseslint.config(
  {
    ignores: [
      '.next/**',
      '.data/**',
      'node_modules/**',
      'next-env.d.ts',
      'lib/dialects/**/source/**',
      'public/**',
    ],
  },
  ...next,
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Actions and handlers are passed to React and to event emitters, which take a promise as they take nothing.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A function of an asynchronous port stays async, so that what it throws is a rejection too.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-nested-ternary': 'error',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      ...restrict(cast, environment, unguarded, ...rawSql),
    },
  },
  { files: MONEY, rules: restrict(cast, environment, unguarded, transaction, ...rawSql) },
  {
    files: ['components/**', 'app/**/*.tsx'],
    rules: {
      ...restrict(cast, environment, ownApi, unguarded, transaction, ...rawSql),
      // A component's markup reads top to bottom; its length is not the length of its logic.
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ENTRY_PROGRAMS, rules: restrict(cast, ...rawSql) },
  {
    // Where the pool is made and asked.
    files: ['lib/db/client.ts', 'lib/db/call.ts'],
    rules: restrict(cast, environment, ...rawSql),
  },
  { files: PARSERS, rules: restrict(environment, ...rawSql) },
  {
    // Programs at the terminal print; PostgreSQL's own administration has no other form than text.
    files: ['lib/dev/**', 'lib/testing/**', 'bench/**', 'lib/sandbox/main.ts', 'lib/jobs/main.ts'],
    rules: { 'no-console': 'off', ...restrict(cast) },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-restricted-syntax': 'off',
      // useTestDatabase and its kind are hooks of the suite, not of React.
      'react-hooks/rules-of-hooks': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // What a test finds at run time need not be what the types let one expect.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
)
