import type { DispatchPhase, DispatchRequest } from './dispatch-request.ts'

/** Whether a dispatch needs the approval of a second person. A dry run sends nothing and needs none. */
export const needsApproval = (isRequired: boolean, dryRun: boolean): boolean => isRequired && !dryRun

/** The first state of a dispatch: awaiting approval if it needs one, else scheduled. */
export const firstState = (request: Pick<DispatchRequest, 'needsApproval'>): DispatchPhase =>
  request.needsApproval ? 'awaiting-approval' : 'scheduled'

/** Why organiser `by` may not approve a dispatch in this state, as a sentence; null if they may. */
export function approvalRefusal(
  state: DispatchPhase,
  request: Pick<DispatchRequest, 'createdBy'>,
  by: string,
): string | null {
  if (state !== 'awaiting-approval') return `it is ${state}, not awaiting approval`
  return request.createdBy === by
    ? 'the organiser who requested a dispatch cannot approve it: another organiser must'
    : null
}
