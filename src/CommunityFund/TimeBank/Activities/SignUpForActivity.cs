using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>The holder of a card signs up for an activity.</summary>
public sealed record SignUpForActivity(Guid Key, MemberPass Pass, long Activity, string Role) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await SignUpMember.Write(work.In(me.BookId), Activity, me, Role, me.PersonId, ct);
    }
}

/// <summary>A coordinator signs a member up.</summary>
public sealed record SignUpMember(Guid Key, long Activity, long Person, string Role) : Command<Done>(Key)
{
    /// <summary>No seat is left in the role.</summary>
    public const string Full = "activity.full";

    /// <summary>The activity has no such role.</summary>
    public const string NoSuchRole = "activity.no-such-role";

    /// <summary>The person has signed up already.</summary>
    public const string Twice = "activity.signed-up-twice";

    /// <summary>Signing up ended with the activity.</summary>
    public const string Ended = "activity.ended";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        int programme = await work.Db.Set<Activity>().Where(row => row.BookId == work.Book && row.ActivityId == Activity)
            .Select(row => row.FundId).FirstOrDefaultAsync(ct);
        return await Write(work, Activity, await Member.Of(work, programme, Person, ct), Role, work.ActorId, ct);
    }

    internal static async Task<Done> Write(Work work, long id, Member member, string roleTyped, long by, CancellationToken ct)
    {
        // One person at a time, so that two forms of one do not sign up twice; the seats are counted by the database under the role's row.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = {member.PersonId} for no key update", ct);
        Activity activity = await work.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ActivityId == id && row.FundId == member.FundId, ct) ?? throw new RefusedException(Activities.Activity.Unknown);
        if (activity.IsOver)
        {
            throw new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State));
        }

        if (by == member.PersonId && work.Now > activity.EndsAt)
        {
            throw new RefusedException(Ended, ("activity", activity.Title));
        }

        string role = PlainText.Of(roleTyped);
        ActivityRole seats = await work.Db.Set<ActivityRole>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ActivityId == id && row.Role == role, ct) ?? throw new RefusedException(NoSuchRole, ("role", role));
        ActivitySignUp? before = await work.Db.Set<ActivitySignUp>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ActivityId == id
            && row.PersonId == member.PersonId, ct);
        if (before is { WithdrawnAt: null })
        {
            throw new RefusedException(Twice, ("activity", activity.Title), ("role", before.Role));
        }

        if (await work.Db.Set<ActivitySignUp>().CountAsync(row => row.BookId == work.Book && row.ActivityId == id && row.Role == role
            && row.WithdrawnAt == null, ct) >= seats.Seats)
        {
            throw new RefusedException(Full, ("activity", activity.Title), ("role", role), ("seats", seats.Seats));
        }

        if (before is not null)
        {
            (before.Role, before.SignedBy, before.SignedAt, before.WithdrawnBy, before.WithdrawnAt) = (role, by, work.Now, null, null);
        }
        else
        {
            work.Db.Add(new ActivitySignUp
            {
                BookId = work.Book,
                ActivityId = id,
                PersonId = member.PersonId,
                Role = role,
                SignedBy = by,
                SignedAt = work.Now,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The holder of a card does not come after all.</summary>
public sealed record WithdrawSignUp(Guid Key, MemberPass Pass, long Activity) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await WithdrawMember.Withdraw(work.In(me.BookId), Activity, me.PersonId, me.PersonId, ct);
    }
}

/// <summary>A coordinator takes somebody off the list.</summary>
public sealed record WithdrawMember(Guid Key, long Activity, long Person) : Command<Done>(Key)
{
    /// <summary>The person has not signed up, or has withdrawn.</summary>
    public const string NotSignedUp = "activity.not-signed-up";

    /// <summary>The person has signed in already.</summary>
    public const string IsThere = "activity.is-there";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    internal override Task<Done> Apply(Work work, CancellationToken ct) => Withdraw(work, Activity, Person, work.ActorId, ct);

    internal static async Task<Done> Withdraw(Work work, long id, long person, long by, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Running(work, id, ct);
        ActivitySignUp signed = await work.Db.Set<ActivitySignUp>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ActivityId == id
            && row.PersonId == person && row.WithdrawnAt == null, ct) ?? throw new RefusedException(NotSignedUp, ("activity", activity.Title));
        if (await work.Db.Set<Attendance>().AnyAsync(row => row.BookId == work.Book && row.ActivityId == id && row.PersonId == person
            && row.ReplacedAt == null, ct))
        {
            throw new RefusedException(IsThere, ("activity", activity.Title));
        }

        (signed.WithdrawnBy, signed.WithdrawnAt) = (by, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
