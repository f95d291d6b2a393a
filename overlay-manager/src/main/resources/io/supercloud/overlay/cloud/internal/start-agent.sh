# start HOME: starts the agent's supervisor; by systemd where this machine's init is systemd and the host is the machine.
home=$1
rm -f "$home/stopped"
if [ -z "$SUPERCLOUD_INSTANCE_DIR" ] && [ -d /run/systemd/system ]; then
  cat >/etc/systemd/system/supercloud-agent.service <<UNIT
[Unit]
Description=Supercloud agent
After=network-online.target openvswitch-switch.service
[Service]
ExecStart=$home/run-agent
Restart=always
RestartSec=1
KillMode=mixed
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload && systemctl enable --now supercloud-agent.service
else
  setsid --fork "$home/run-agent" </dev/null >/dev/null 2>&1
fi
