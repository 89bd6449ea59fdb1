/** A draft has no page and no mail. `preview` shows what they will be once the campaign is open. */

const STATUS_LINE = /^(status:[ \t]*)(["']?)draft\2(?=[ \t]*(?:#.*)?$)/m

/** The files of a campaign with its draft opened, and whether it was one. Nothing on disk changes. */
export function opened(files: Readonly<Record<string, string>>): { files: Record<string, string>; wasDraft: boolean } {
  const definition = files['campaign.yaml'] ?? ''
  const changed = definition.replace(STATUS_LINE, '$1open')
  return { files: { ...files, 'campaign.yaml': changed }, wasDraft: changed !== definition }
}
