import type { Campaign } from '../../campaign.ts'
import type { Target } from '../../letter-language.ts'
import { hasPostalChannel } from '../../postal-channels.ts'

/** Targets that people write to from their own mailbox. */
export const ownMailboxTargets = ({ targets }: Pick<Campaign, 'targets'>): Target[] =>
  targets.filter(({ ladder }) => ladder.includes('own-mailbox'))

/** Targets that letters on paper reach. */
export const paperTargets = ({ targets }: Pick<Campaign, 'targets'>): Target[] => targets.filter(hasPostalChannel)

/** Targets that people can write to without this site's form. In the campaign's order. */
export const waysBesideForm = (campaign: Pick<Campaign, 'targets'>): Target[] =>
  campaign.targets.filter((target) => target.ladder.includes('own-mailbox') || hasPostalChannel(target))
