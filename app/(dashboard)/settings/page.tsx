import { redirect } from 'next/navigation'
import { requireUser } from '@/lib/http/require-user'

/** The settings have no page of their own: this is the first of them. */
export default async function SettingsPage() {
  await requireUser()
  redirect('/settings/organisation')
}
