import type { Settings } from '../env.ts'
import type { SettingFault } from '../kit/settings.ts'

export type Check = { name: string; ok: boolean; message?: string }

const BINDINGS = [
  'SUPPORTERS',
  'CONTENT',
  'REGISTER',
  'DISPATCH',
  'LANE',
  'SUPPRESSION',
  'POSTBOX',
  'PACER',
  'OUTBOX',
  'IMPORT',
  'CLIENT_LIMIT',
  'STRICT_LIMIT',
]

/** What a deployment needs to work, without saying what any secret is. */
export function healthOf(
  env: object,
  { settings, faults }: { settings?: Settings; faults: readonly SettingFault[] },
): { ok: boolean; checks: Check[] } {
  const missing = BINDINGS.filter((name) => !(name in env))
  const checks: Check[] = [
    faults.length === 0
      ? { name: 'settings', ok: true }
      : { name: 'settings', ok: false, message: faults.map((fault) => `${fault.name} ${fault.message}`).join('; ') },
    missing.length === 0
      ? { name: 'bindings', ok: true }
      : { name: 'bindings', ok: false, message: `wrangler.toml does not bind ${missing.join(', ')}` },
    ...(settings === undefined ? [] : [transportsCheck(settings)]),
  ]
  return { ok: checks.every((check) => check.ok), checks }
}

function transportsCheck({ transports: { bulk, transactional, fallback } }: Settings): Check {
  const chosen = [`bulk by ${bulk.name}`, `transactional by ${transactional.name}`]
  if (fallback !== undefined) chosen.push(`bulk falls back to ${fallback.name}`)
  return { name: 'transports', ok: true, message: [chosen.join(', '), bulk.caution].filter(Boolean).join('; ') }
}
