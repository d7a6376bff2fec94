using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>How many take part in a role.</summary>
public sealed record RoleSeats(string Role, int Seats);

/// <summary>What an activity is.</summary>
/// <param name="Starts">"14:00", of the day.</param>
/// <param name="Ends">"17:00", of the day, or "2026-03-11 01:00".</param>
/// <param name="CapMinutes">Minutes one person may be credited with; null for what the rules say.</param>
/// <param name="IsInsured">The insurance is bought and the risks were told (志愿服务条例 第十六、十七条).</param>
/// <param name="Confirmer">A member for whom it is done and who confirms with the card.</param>
public sealed record ActivityTerms(
    string Title, string Place, LocalDate Day, string Starts, string Ends, IReadOnlyList<RoleSeats> Roles, int? CapMinutes, bool IsInsured,
    long? Project = null, string? ProjectClass = null, long? Confirmer = null)
{
    /// <summary>Title or place is missing or too long.</summary>
    public const string BadTitle = "activity.bad-title";

    /// <summary>It ends before it begins, or lasts longer than a day.</summary>
    public const string BadSpan = "activity.bad-span";

    /// <summary>It is more than a year ahead: a slip of the keyboard, or too far for anybody to sign up.</summary>
    public const string TooFar = "activity.too-far";

    /// <summary>The cap is none, or more than the rules allow.</summary>
    public const string BadCap = "activity.bad-cap";

    /// <summary>No role, one twice, or seats that cannot be.</summary>
    public const string BadRoles = "activity.bad-roles";

    /// <summary>The rules give no rate for the role on that day.</summary>
    public const string RoleWithoutRate = "activity.role-without-rate";

    /// <summary>Nobody has ticked that the insurance is bought and the risks are told.</summary>
    public const string NotInsured = "activity.not-insured";

    private const int MostSeats = 20_000;

    internal (string Title, string Place) Words()
    {
        (string title, string place) = (PlainText.Of(Title), PlainText.Of(Place));
        return title.Length is > 0 and <= 60 && place.Length is > 0 and <= 80 ? (title, place) : throw new RefusedException(BadTitle);
    }

    internal (Instant Starts, Instant Ends) Span()
    {
        (Instant starts, Instant ends) = (ActivityClock.Read(Day, Starts), ActivityClock.Read(Day, Ends));
        return ends > starts && ends - starts <= Duration.FromHours(24) && ActivityClock.Local(starts).Date == Day
            ? (starts, ends) : throw new RefusedException(BadSpan);
    }

    /// <summary>The roles in the programme's words, each with a rate on the day.</summary>
    internal async Task<(IReadOnlyList<RoleSeats> Roles, int Cap)> Allowed(Work work, Fund programme, CancellationToken ct)
    {
        if (!IsInsured)
        {
            throw new RefusedException(NotInsured);
        }

        if (Day > work.Today.PlusYears(1))
        {
            throw new RefusedException(TooFar, ("day", Day), ("last", work.Today.PlusYears(1)));
        }

        ProgrammeRule rule = await ProgrammeRule.On(work, programme, Day, ct);
        RoleSeats[] roles = [.. Roles.Select(each => each with { Role = PlainText.Of(each.Role) })];
        if (roles.Length == 0 || roles.DistinctBy(each => each.Role).Count() < roles.Length || roles.Any(each => each.Seats is < 0 or > MostSeats)
            || roles.All(each => each.Seats == 0))
        {
            throw new RefusedException(BadRoles, ("limit", MostSeats));
        }

        HashSet<string> rated = [.. await work.Db.Set<ProgrammeRate>().Where(row => row.BookId == work.Book
            && row.ProgrammeRuleId == rule.ProgrammeRuleId).Select(row => row.Role).Distinct().ToListAsync(ct)];
        if (roles.FirstOrDefault(each => !rated.Contains(each.Role)) is { } other)
        {
            throw new RefusedException(RoleWithoutRate, ("role", other.Role), ("day", Day), ("rated", rated.Order(StringComparer.Ordinal).ToArray()));
        }

        int cap = CapMinutes ?? rule.ActivityCap;
        return cap > 0 && cap <= rule.ActivityCap ? (roles, cap)
            : throw new RefusedException(BadCap, ("cap", Amount.OfUnits(rule.ActivityCap, Commodity.Hour)));
    }

    /// <summary>The second party with a card: somebody of this programme who is no group.</summary>
    internal async Task RefuseConfirmer(Work work, Fund programme, CancellationToken ct)
    {
        if (Confirmer is { } person && (await Member.Of(work, programme.FundId, person, ct)).Kind == MemberKind.Group)
        {
            throw new RefusedException(Member.Unknown);
        }
    }
}

/// <summary>A coordinator publishes an activity: people may sign up.</summary>
public sealed record PublishActivity(Guid Key, int Programme, ActivityTerms Terms) : Command<long>(Key)
{
    private const int SecretBytes = 16;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        ((string title, string place), (Instant starts, Instant ends)) = (Terms.Words(), Terms.Span());
        (IReadOnlyList<RoleSeats> roles, int cap) = await Terms.Allowed(work, programme, ct);
        await Terms.RefuseConfirmer(work, programme, ct);
        Tags tags = await Project.Tagged(work, Terms.ProjectClass, Terms.Project, ct);
        Activity activity = new()
        {
            BookId = work.Book,
            FundId = programme.FundId,
            Title = title,
            Place = place,
            ProjectId = tags.Project,
            ProjectClass = tags.ProjectClass ?? "",
            Day = Terms.Day,
            StartsAt = starts,
            EndsAt = ends,
            CapMinutes = cap,
            ConfirmerId = Terms.Confirmer,
            Secret = RandomNumberGenerator.GetBytes(SecretBytes),
            PublishedBy = work.ActorId,
            PublishedAt = work.Now,
        };
        work.Db.Add(activity);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(roles.Select(each => new ActivityRole
        {
            BookId = work.Book,
            ActivityId = activity.ActivityId,
            Role = each.Role,
            Seats = each.Seats,
        }));
        await work.Db.SaveChangesAsync(ct);
        return activity.ActivityId;
    }
}
