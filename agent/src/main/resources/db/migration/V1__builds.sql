-- One row per build. A status moves only from a status that the mover names: see BuildStore.
create table builds (
  id varchar(64) not null primary key,
  project varchar(256) not null,
  location varchar(64) not null,
  trigger_id varchar(64) not null,
  status varchar(16) not null,
  create_time timestamp(6) with time zone not null,
  -- Counts the takings of the build; whoever has an older number may not write any more.
  epoch int not null default 0,
  cancel_wanted boolean not null default false,
  -- google.devtools.cloudbuild.v1.Build: as it was asked for, and as it is.
  asked bytea not null,
  build bytea not null
);
create index builds_by_time on builds (project, create_time desc, id desc);
create index builds_by_status on builds (status, create_time);

-- db-scheduler's own table.
create table scheduled_tasks (
  task_name varchar(100) not null,
  task_instance varchar(100) not null,
  task_data bytea,
  execution_time timestamp(6) with time zone not null,
  picked boolean not null,
  picked_by varchar(100),
  last_success timestamp(6) with time zone,
  last_failure timestamp(6) with time zone,
  consecutive_failures int,
  last_heartbeat timestamp(6) with time zone,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_by_time on scheduled_tasks (execution_time);
create index scheduled_tasks_by_heartbeat on scheduled_tasks (last_heartbeat);
