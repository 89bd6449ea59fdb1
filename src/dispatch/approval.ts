import type { DispatchPhase, DispatchRequest } from './dispatch-request.ts'

/** Whether a dispatch needs the approval of a second person. A dry run sends nothing and needs none. */
export const needsApproval = (isRequired: boolean, dryRun: boolean): boolean => isRequired && !dryRun

/** The state in which a dispatch begins. */
export const firstState = (request: Pick<DispatchRequest, 'needsApproval'>): DispatchPhase =>
  request.needsApproval ? 'awaiting-approval' : 'scheduled'

/** Why `by` may not approve a dispatch in this state, in a sentence; null if they may. */
export function approvalRefusal(
  state: DispatchPhase,
  request: Pick<DispatchRequest, 'createdBy'>,
  by: string,
): string | null {
  if (state !== 'awaiting-approval') return `it is ${state}, not awaiting approval`
  return request.createdBy === by ? 'whoever asked for a dispatch cannot approve it: somebody else has to' : null
}
