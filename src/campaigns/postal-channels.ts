import type { Channels } from './definition.ts'
import type { Target } from './letter-language.ts'

/** Whether a letter on paper can reach a target, by post or fax. */
export const hasPostalChannel = ({ channels }: Pick<Target, 'channels'>): boolean =>
  channels.post !== undefined || channels.fax !== undefined

/** The channels of a target that carry no paper; null when there are none. */
export function nonPostalChannels({ channels }: Pick<Target, 'channels'>): Channels | null {
  const { post: _, fax: __, ...others } = channels
  return Object.keys(others).length === 0 ? null : others
}
