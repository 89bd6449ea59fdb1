import { topic } from '../campaigns/definition.ts'
import { listOf } from '../web/fields.ts'

export const topics = listOf(topic.options, 'fault.topics.unknown')
