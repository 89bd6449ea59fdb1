import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { TEST_SETTINGS, TEST_WITHHELD_NAMES } from './tests/settings.ts'

/** Node's own modules by both names. MJML's packages ask for them; workerd has them under nodejs_compat. */
const nodeModules = builtinModules.flatMap((name) => [name, `node:${name}`])

const IN_WORKERD = ['tests/workerd/**/*.test.ts', 'tests/journeys/**/*.test.ts']
/** What needs the built Worker in a runtime of its own. */
const ON_THE_BUNDLE = ['tests/browser/**/*.test.ts', 'tests/crash/**/*.test.ts']

process.env.WRANGLER_LOG ??= 'error' // it would tell each test file of the local .dev.vars, which TEST_SETTINGS overrule

// Miniflare reads this once, when it is loaded: what workerd trusts besides what browsers trust. Others keep what the machine has set.
const { NODE_EXTRA_CA_CERTS } = process.env
process.env.NODE_EXTRA_CA_CERTS = join(import.meta.dirname, 'tests/support/certificates/ca.pem')
const { cloudflareTest } = await import('@cloudflare/vitest-plugin')
if (NODE_EXTRA_CA_CERTS === undefined) delete process.env.NODE_EXTRA_CA_CERTS
else process.env.NODE_EXTRA_CA_CERTS = NODE_EXTRA_CA_CERTS

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: [...IN_WORKERD, ...ON_THE_BUNDLE],
        },
      },
      {
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
          include: IN_WORKERD,
          globalSetup: './tests/support/mail-servers.ts',
          deps: {
            optimizer: {
              ssr: {
                enabled: true,
                include: ['mjml', 'pdfkit', 'pdfkit/output'],
                rolldownOptions: { platform: 'node', external: nodeModules },
              },
            },
          },
        },
      },
      {
        test: {
          name: 'browser',
          include: ON_THE_BUNDLE,
          globalSetup: './tests/browser/setup.ts',
          testTimeout: 60_000, // a first start builds the Worker and unpacks Chromium
          hookTimeout: 120_000,
          fileParallelism: false, // one server and one browser at a time on a small machine
        },
      },
    ],
  },
})
