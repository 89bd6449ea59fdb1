import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { TEST_SETTINGS, TEST_WITHHELD_NAMES } from './tests/settings.ts'
import { SIZES } from './tests/sizes.ts'
import { SlowestFiles } from './tests/support/slowest-files.ts'

/** Test files at a time. Most of them wait for a runtime, a server or a browser: four keep two cores busy. */
const MAX_WORKERS = 4

/** Node's own modules by both names. MJML's packages ask for them; workerd has them under nodejs_compat. */
const nodeModules = builtinModules.flatMap((name) => [name, `node:${name}`])

const IN_WORKERD = ['tests/runtime/**/*.test.ts', 'tests/journeys/**/*.test.ts']
/** What needs the built Worker in a runtime of its own. */
const ON_THE_BUNDLE = ['tests/browser/**/*.test.ts', 'tests/crash/**/*.test.ts']
/** What only `npm run long` runs, and what it runs again with the sizes of `SIZES.long`. */
const ONLY_LONG = ['tests/long/**/*.test.ts']
const LONG_IN_WORKERD = ['tests/journeys/import-many.test.ts']
const LONG_ON_THE_BUNDLE = [...ONLY_LONG, 'tests/crash/{chaos,import,letters}.test.ts']

process.env.WRANGLER_LOG ??= 'error' // it would tell each test file of the local .dev.vars, which TEST_SETTINGS overrule

// Miniflare reads this once, when it is loaded: what workerd trusts besides what browsers trust. Others keep what the machine has set.
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
      isolate: false, // they test pure functions, so that one process can keep the modules it has loaded
    },
  }
  const workerd = {
    plugins: [
      cloudflareTest({
        wrangler: { configPath: './wrangler.toml' },
        // The binding of the transport `cloudflare`, which wrangler.toml leaves to those who have Email Service.
        miniflare: {
          bindings: { ...TEST_SETTINGS, WITHHELD_NAMES: TEST_WITHHELD_NAMES },
          email: { send_email: [{ name: 'EMAIL' }] },
        },
      }),
    ],
    test: {
      name: 'workerd',
      include: long ? LONG_IN_WORKERD : IN_WORKERD,
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
  }
  const browser = {
    test: {
      name: 'browser',
      include: long ? LONG_ON_THE_BUNDLE : ON_THE_BUNDLE,
      provide,
      globalSetup: './tests/browser/setup.ts',
      testTimeout: 60_000, // a first start unpacks Chromium
      hookTimeout: 120_000,
    },
  }
  return {
    test: {
      maxWorkers: MAX_WORKERS,
      reporters: ['default', new SlowestFiles()],
      projects: long ? [workerd, browser] : [unit, workerd, browser],
    },
  }
})
