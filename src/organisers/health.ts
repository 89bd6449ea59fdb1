import type { SettingFault, Settings } from '../env.ts'

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

function transportsCheck({ bulkTransport, transactionalTransport }: Settings): Check {
  const chosen = `bulk by ${bulkTransport}, transactional by ${transactionalTransport}`
  const caution =
    bulkTransport === 'resend'
      ? '; Resend’s terms call its batch API transactional: ask Resend before sending appeals'
      : ''
  return { name: 'transports', ok: true, message: chosen + caution }
}
