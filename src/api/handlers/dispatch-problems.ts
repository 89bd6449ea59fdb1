import { LEDGER_DAYS } from '../../delivery/ledger.ts'
import type { NotOpened } from '../../dispatch/register-dispatch.ts'
import type { RequestFault } from '../../dispatch/request-faults.ts'
import type { Problem } from '../../web/problem.ts'

/** Why a dispatch was not opened, as problem details. */
export function openProblem(opened: NotOpened): Problem {
  switch (opened.kind) {
    case 'key-reused':
      return {
        status: 422,
        title: 'This Idempotency-Key was used with another body',
        detail: 'expected a new key for a new request',
        dispatch: opened.id,
      }
    case 'overlap':
      return {
        status: 409,
        title: 'The audience overlaps with an earlier dispatch of this e-mail',
        detail:
          'expected other languages in audience.locales, confirmedAfter to reach only people who joined since, or, once that dispatch is ' +
          'finished or cancelled, audience.notReachedBy with its id to reach only people who have not got this e-mail',
        dispatch: opened.id,
        ...(opened.mayName !== null && { notReachedBy: opened.mayName }),
        ...(opened.followUpAfter !== null && { confirmedAfter: new Date(opened.followUpAfter).toISOString() }),
      }
    case 'no-such-earlier': {
      const which = opened.field === 'reachedBy' ? 'another' : 'this'
      const message = `${NOT_AN_EARLIER[opened.why]}: expected the id of an earlier dispatch of ${which} e-mail of this campaign`
      const errors = [{ path: `audience.${opened.field}`, message }]
      return { status: 422, title: 'No such earlier dispatch', errors }
    }
    case 'earlier-under-way':
      return {
        status: 409,
        title: 'The earlier dispatch is not over',
        detail: `found a dispatch that is ${opened.state}: wait until it is finished, or cancel it`,
        dispatch: opened.id,
      }
  }
}

/** What `audience.notReachedBy` or `audience.reachedBy` was found to name. */
const NOT_AN_EARLIER = {
  unknown: 'found the id of no dispatch',
  'other-appeal': 'found a dispatch of another e-mail',
  'same-appeal': 'found a dispatch of this e-mail, which nobody gets twice',
  'other-campaign': 'found a dispatch of another campaign',
  'dry-run': 'found a dry run, which reached no person',
  practice: 'found a practice, which reached no person',
  'no-records': `found a dispatch that began with nobody, or ended more than ${LEDGER_DAYS} days ago, so its people are forgotten`,
} as const

/** Why a request is refused, as problem details. */
export function faultProblem(fault: RequestFault): Problem {
  const field = (title: string, path: string, message: string): Problem => ({
    status: 422,
    title,
    errors: [{ path, message }],
  })
  switch (fault.kind) {
    case 'other-revision': {
      const detail = 'read the current revision, then repeat the request with it'
      return { status: 409, title: 'Another revision is current', detail, current: fault.current }
    }
    case 'blocked': {
      const { detail, reason } = fault
      return { status: 409, title: 'This campaign may not send', detail, reason }
    }
    case 'no-such-update': {
      const known = fault.known.join(', ') || `(this campaign has no ${fault.email}s)`
      return field(`No such ${fault.email}`, 'updateId', `expected one of: ${known}`)
    }
    case 'unexpected-update-id':
      return field(
        'updateId without an update',
        'updateId',
        'expected updateId only with "email": "update" or "correction"',
      )
    case 'test-or-dry-run': {
      const message = 'expected testTo or dryRun, not both: a dry run sends no mail'
      return field('Either a test or a dry run', 'testTo', message)
    }
    case 'not-in-practice':
      return field(
        'Not in a practice',
        fault.field,
        'expected none with practice: its readers are invented, and no mail leaves',
      )
    case 'past-start': {
      const { found, now } = fault
      const message = `found ${found}, and it is now ${new Date(now).toISOString()}: expected a later time, or none to start now`
      return field('The start has passed', 'sendAt', message)
    }
    case 'future-join': {
      const { found, now } = fault
      const message = `found ${found}, and it is now ${new Date(now).toISOString()}: nobody can have joined after it`
      return field('The time of joining is in the future', 'audience.confirmedAfter', message)
    }
    case 'no-such-locale': {
      const message = `found ${fault.locales.join(', ')}; expected some of ${fault.known.join(', ')}`
      return field('Not a language of this campaign', 'audience.locales', message)
    }
  }
}
