import { laneOfFingerprint } from './lanes.ts'

/** Name of a dispatch in the list of places. It has the number of lanes, so that a person's lane is asked without asking the dispatch. */
export const dispatchPlace = (id: string, lanes: number): string => `${id}/${lanes}`

/** The lane of a dispatch in which a person would be, by the dispatch's name in the list of places. */
export function laneInPlace(place: string, fingerprint: string): { dispatch: string; lane: number } {
  const [dispatch = '', lanes] = place.split('/')
  return { dispatch, lane: laneOfFingerprint(fingerprint, Number(lanes)) }
}
