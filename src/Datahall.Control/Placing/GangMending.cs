using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>
/// Places the lost members of gangs whose other members run on; those start afresh where they are, so that the gang has one new attempt in this
/// very step. Where there is no room for that, the whole gang stops and waits. Members that had succeeded start again too: a gang has one world.
/// </summary>
internal sealed class GangMending(CoreState state, TaskLifecycle tasks, GangTrial trial)
{
    public void Run()
    {
        foreach (var id in state.Agenda.BrokenGangs.ToList())
        {
            if (state.Indexes.Gangs.Find(id) is not { IsBroken: true } gang || gang.Members.Any(m => m.Status.Phase is TaskPhase.Failed or TaskPhase.Lost))
            {
                continue; // Whole again, or its job is failing.
            }

            foreach (var member in gang.Members.Where(m => m.Status.Phase is TaskPhase.Succeeded).ToList())
            {
                tasks.Requeue(member, new("GangBroken", "a member of its gang was lost", member.Status.Failures));
            }

            var staying = gang.Members.Where(m => m.IsActive()).ToList();
            if (staying.Count > 0)
            {
                Mend(gang, staying);
            }
        }

        state.Agenda.BrokenGangs.Clear();
    }

    private void Mend(Gang gang, List<TaskResource> staying)
    {
        var missing = gang.Members.Where(m => m.Status.Phase is TaskPhase.Pending).ToList();
        var found = missing.Count + staying.Count < gang.Members.Count
            ? Trial.Refused(BlockKind.Room, "others of it are still stopping")
            : trial.Run(gang, missing);
        for (var i = 0; i < missing.Count && found.Placements is not null; i++)
        {
            tasks.Place(missing[i], found.Placements[i]);
        }

        foreach (var member in staying)
        {
            if (found.Placements is not null)
            {
                tasks.Place(member, member.Status.Placement!);
            }
            else
            {
                tasks.Stop(member, StopThen.Requeue, "GangBroken", $"a member of its gang was lost and has no other place: {found.Refusal}");
            }
        }
    }
}
