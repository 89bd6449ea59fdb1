import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { TEST_SETTINGS, TEST_WITHHELD_NAMES } from './tests/settings.ts'
import { SIZES } from './tests/sizes.ts'
import { SlowestFiles } from './tests/support/slowest-files.ts'

/** Test files that run at the same time. Most wait for a runtime, server or browser, so four keep two cores busy. */
const MAX_WORKERS = 4
/** Milliseconds for one test without a browser. Property tests take two seconds alone, and several times that beside three other files. */
const TEST_TIMEOUT_MS = 20_000

/** Node's built-in modules, with and without `node:`. MJML's packages import them; workerd has them by nodejs_compat. */
const nodeModules = builtinModules.flatMap((name) => [name, `node:${name}`])

const IN_WORKERD = ['tests/runtime/**/*.test.ts', 'tests/journeys/**/*.test.ts']
/**
 * Tests with a runtime of their own: they need modules in which no settings were read and no notice was raised, or they end
 * after `abortAllDurableObjects`, after which `reset` does not clear everything.
 */
const IN_OWN_WORKERD = [
  'tests/journeys/transports/**/*.test.ts',
  'tests/journeys/{odd-events,unreadable-recipients}.test.ts',
]
/** Tests that start the built Worker in their own runtime. */
const ON_THE_BUNDLE = ['tests/browser/**/*.test.ts', 'tests/crash/**/*.test.ts', 'tests/ration/**/*.test.ts']
/** Tests that only `npm run long` runs. */
const ONLY_LONG = ['tests/long/**/*.test.ts']
/** Tests that `npm run long` repeats with the sizes of `SIZES.long`. */
const LONG_IN_WORKERD = ['tests/journeys/import-many.test.ts']
const LONG_ON_THE_BUNDLE = [...ONLY_LONG, 'tests/crash/{chaos,fuzz,import,letters}.test.ts']

process.env.WRANGLER_LOG ??= 'error' // otherwise wrangler reports the local .dev.vars for each test file; TEST_SETTINGS override them

// Additional certificates for workerd. Miniflare reads the variable once, when it loads, so it is restored for other programs.
const { NODE_EXTRA_CA_CERTS } = process.env
process.env.NODE_EXTRA_CA_CERTS = join(import.meta.dirname, 'tests/support/certificates/ca.pem')
const { cloudflareTest } = await import('@cloudflare/vitest-plugin')
if (NODE_EXTRA_CA_CERTS === undefined) delete process.env.NODE_EXTRA_CA_CERTS
else process.env.NODE_EXTRA_CA_CERTS = NODE_EXTRA_CA_CERTS

/** `vitest run` for `npm test`; `vitest run --mode long` for `npm run long`. */
export default defineConfig(({ mode }) => {
  const long = mode === 'long'
  const provide = { sizes: long ? SIZES.long : SIZES.short }
  const unit = {
    test: {
      name: 'unit',
      include: ['tests/**/*.test.{ts,tsx}'],
      exclude: [...IN_WORKERD, ...ON_THE_BUNDLE, ...ONLY_LONG],
      testTimeout: TEST_TIMEOUT_MS,
      isolate: false, // tests of pure functions can share one process and its loaded modules
    },
  }
  const workerdOf = (name: string, test: object) => ({
    plugins: [
      cloudflareTest({
        wrangler: { configPath: './wrangler.toml' },
        // The binding of the transport `cloudflare`, which wrangler.toml has only as a comment.
        miniflare: {
          bindings: { ...TEST_SETTINGS, WITHHELD_NAMES: TEST_WITHHELD_NAMES },
          email: { send_email: [{ name: 'EMAIL' }] },
        },
      }),
    ],
    test: {
      name,
      ...test,
      testTimeout: TEST_TIMEOUT_MS,
      provide,
      globalSetup: './tests/support/mail-servers.ts',
      deps: {
        optimizer: {
          ssr: {
            enabled: true,
            include: ['mjml', 'pdfkit', 'pdfkit/output'],
            rolldownOptions: { platform: 'node' as const, external: nodeModules },
          },
        },
      },
    },
  })
  // A start takes three seconds of a core, so most files share one.
  const workerd = workerdOf('workerd', {
    include: long ? LONG_IN_WORKERD : IN_WORKERD,
    exclude: IN_OWN_WORKERD,
    isolate: false,
    setupFiles: './tests/support/one-runtime.ts',
  })
  const ownWorkerd = workerdOf('workerd, each file alone', { include: IN_OWN_WORKERD })
  const browser = {
    test: {
      name: 'browser',
      include: long ? LONG_ON_THE_BUNDLE : ON_THE_BUNDLE,
      provide,
      globalSetup: './tests/browser/setup.ts',
      testTimeout: 60_000, // the first start unpacks Chromium
      hookTimeout: 120_000,
    },
  }
  return {
    test: {
      maxWorkers: MAX_WORKERS,
      reporters: ['default', new SlowestFiles()],
      projects: long ? [workerd, browser] : [unit, workerd, ownWorkerd, browser],
    },
  }
})
