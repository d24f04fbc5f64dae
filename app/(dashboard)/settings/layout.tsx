import type { ReactNode } from 'react'
import { SettingsNav } from '@/components/shell/settings-nav'

export default function SettingsLayout({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <>
      <SettingsNav />
      {children}
    </>
  )
}
