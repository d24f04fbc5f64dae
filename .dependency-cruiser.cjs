/** The layers, from the top: each may import what stands below it and nothing that stands above. */
const LAYERS = [
  '^(app|components)/|^(proxy|instrumentation)\\.ts$',
  '^lib/(dialects|webhooks|jobs|openapi)/',
  '^lib/http/',
  '^lib/server/',
  '^lib/(auth|stripe)/',
  '^lib/core/',
  '^lib/db/',
  '^lib/kit/',
]

const TEST = '\\.test\\.tsx?$'
const PRODUCT = '^(app|components|drizzle)/|^(proxy|instrumentation)\\.ts$|^lib/(?!dev/|testing/|sandbox/)'

const downOnly = LAYERS.slice(1).map((layer, index) => ({
  name: `layer-${index + 2}-imports-down-only`,
  severity: 'error',
  from: { path: layer, pathNot: TEST },
  to: { path: LAYERS.slice(0, index + 1).join('|') },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...downOnly,
    {
      name: 'kit-stands-alone',
      severity: 'error',
      from: { path: '^lib/kit/', pathNot: TEST },
      to: { path: '^(app|components|lib|e2e|bench)/', pathNot: '^lib/kit/' },
    },
    {
      name: 'environment-enters-above-core',
      comment: 'What lies below is told what it needs by the composition root.',
      severity: 'error',
      from: { path: '^lib/(core|db|kit)/', pathNot: TEST },
      to: { path: '^lib/env\\.ts$' },
    },
    {
      name: 'dialects-stand-apart',
      severity: 'error',
      from: { path: '^lib/dialects/([^/]+)/' },
      to: { path: '^lib/dialects/([^/]+)/', pathNot: '^lib/dialects/$1/' },
    },
    {
      name: 'auth-and-stripe-stand-apart',
      severity: 'error',
      from: { path: '^lib/(auth|stripe)/', pathNot: TEST },
      to: { path: '^lib/(auth|stripe)/', pathNot: '^lib/$1/' },
    },
    {
      name: 'components-show-what-they-are-given',
      severity: 'error',
      from: { path: '^components/', pathNot: TEST },
      to: {
        path: '^lib/(db|server|auth|stripe|http|webhooks|jobs|dialects)/|^lib/env\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-the-adapter-speaks-to-stripe',
      comment: 'The local Stripe borrows the types of the SDK, to be checked against them.',
      severity: 'error',
      from: { pathNot: `^lib/stripe/|^lib/testing/|^bench/|^lib/sandbox/|^lib/dev/|^e2e/|${TEST}` },
      to: { path: '^(node_modules/)?stripe(/|$)' },
    },
    {
      name: 'core-knows-no-framework',
      severity: 'error',
      from: { path: '^lib/(core|db|kit)/', pathNot: TEST },
      to: { path: '^(node_modules/)?(next|next-auth|react|react-dom|stripe|@stripe)(/|$)' },
    },
    {
      name: 'sandbox-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^lib/sandbox/', pathNot: TEST },
      to: { path: '^(app|components|e2e|bench|lib)/', pathNot: '^lib/sandbox/' },
    },
    {
      name: 'nothing-imports-the-sandbox',
      comment: 'Browser journeys over its pages serve them with what its own tests use.',
      severity: 'error',
      from: { pathNot: '^(lib/sandbox|e2e)/' },
      to: { path: '^lib/sandbox/' },
    },
    {
      name: 'product-imports-no-tooling',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TEST },
      to: { path: '^lib/(dev|testing)/|^e2e/|^bench/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
