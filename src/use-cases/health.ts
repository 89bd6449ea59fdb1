import type { Settings } from '../env.ts'
import type { SettingFault } from '../kit/settings.ts'
import { providers } from '../provider-events/providers.ts'
import type { Transport } from '../transports/transport.ts'

type Check = { name: string; ok: boolean; message?: string }
type Health = { ok: boolean; checks: Check[] }

/** Milliseconds that a provider has to answer a check. Shorter than the ten seconds that monitors often wait. */
const CHECK_TIMEOUT_MS = 8_000

const BINDINGS = [
  'SUPPORTERS',
  'CONTENT',
  'CAMPAIGN_PUBLICATION',
  'DISPATCH_REGISTRY',
  'DISPATCH',
  'LANE',
  'SUPPRESSION',
  'MAILBOX_QUEUE',
  'CONFIRMATION_QUEUE',
  'SENDER_QUOTA',
  'OUTBOX',
  'IMPORT',
  'EVENT_INBOX',
  'CAMPAIGN_ACTIONS',
  'NOTICES',
  'PLACES',
  'RENDERER',
  'CLIENT_LIMIT',
  'STRICT_LIMIT',
  'STAMP_LIMIT',
]

/** Checks of settings, bindings, transports and webhook secrets. No message contains a secret. */
export function healthOf(
  env: object,
  { settings, faults }: { settings?: Settings; faults: readonly SettingFault[] },
): Health {
  const missing = BINDINGS.filter((name) => !(name in env))
  const checks: Check[] = [
    faults.length === 0
      ? { name: 'settings', ok: true }
      : { name: 'settings', ok: false, message: faults.map((fault) => `${fault.name} ${fault.message}`).join('; ') },
    missing.length === 0
      ? { name: 'bindings', ok: true }
      : { name: 'bindings', ok: false, message: `wrangler.toml does not bind ${missing.join(', ')}` },
    ...(settings === undefined ? [] : [transportsCheck(settings), ...webhookChecks(settings)]),
  ]
  return { ok: checks.every((check) => check.ok), checks }
}

/** Adds one check per transport to `health`: whether its provider would accept mail from `sender` now. */
export async function deepHealth(
  health: Health,
  transports: ReadonlyArray<Pick<Transport, 'name' | 'check'>>,
  sender: string,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<Health> {
  const named = new Map(transports.map((transport) => [transport.name, transport]))
  const asked = await Promise.all(
    [...named.values()].map(async (transport): Promise<Check> => {
      const late = {
        ok: false,
        message: `did not answer within ${timeoutMs / 1_000} seconds: see the provider's status page`,
      }
      const check = await Promise.race([transport.check(sender), sleep(timeoutMs).then(() => late)])
      return { name: `transport ${transport.name}`, ...check }
    }),
  )
  const checks = [...health.checks, ...asked]
  return { ok: checks.every((check) => check.ok), checks }
}

/** How many notices organisers have, and the newest. Notices never make a deployment unhealthy. */
export const noticesCheck = (notices: ReadonlyArray<{ summary: string }>): Check => ({
  name: 'notices',
  ok: true,
  message:
    notices[0] === undefined
      ? 'none'
      : `${notices.length}, the newest: ${notices[0].summary} See npm run tocsin -- notices.`,
})

/** Whether everything that sends is stopped. That is an organiser's wish, so it never makes a deployment unhealthy. */
export const sendingCheck = (stopped: { at: number; by: string } | null): Check => ({
  name: 'sending',
  ok: true,
  message:
    stopped === null
      ? 'not stopped'
      : `everything that sends is stopped since ${new Date(stopped.at).toISOString()} by ${stopped.by}; to go on: npm run tocsin -- go-on`,
})

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

function transportsCheck({ transports: { bulk, transactional, fallback } }: Settings): Check {
  const chosen = [`bulk by ${bulk.name}`, `transactional by ${transactional.name}`]
  if (fallback !== undefined) chosen.push(`bulk falls back to ${fallback.name}`)
  return { name: 'transports', ok: true, message: [chosen.join(', '), bulk.caution].filter(Boolean).join('; ') }
}

/** One failed check for each webhook secret that is malformed or belongs to no known provider. */
function webhookChecks({ webhookSecrets }: Settings): Check[] {
  return Object.entries(webhookSecrets).flatMap(([name, secret]): Check[] => {
    const provider = providers.find((one) => one.name === name)
    const fault = provider === undefined ? 'belongs to no known provider of webhooks' : provider.secretFault(secret)
    const setting = `${name.toUpperCase()}_WEBHOOK_SECRET`
    return fault === null ? [] : [{ name: `webhook ${name}`, ok: false, message: `${setting} ${fault}` }]
  })
}
