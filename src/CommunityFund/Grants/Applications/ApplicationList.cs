using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>An application in a list.</summary>
/// <param name="Number">Empty before it was sent in.</param>
/// <param name="FilledBy">Who typed it for the lead; null if the lead did.</param>
/// <param name="WaitsFor">Who makes the next move, whatever it is; empty at an end.</param>
public sealed record ApplicationRow(
    long Id, string Number, string Title, string Community, string Lead, string? FilledBy, long Round, string RoundTitle, GrantState State,
    Amount Requested, LocalDate? DueOn, Instant CreatedAt, Instant? SubmittedAt, IReadOnlyList<GrantMover> WaitsFor);

/// <summary>A round to look for applications of.</summary>
public sealed record RoundChoice(long Id, string Text);

/// <summary>A page of applications, newest first.</summary>
/// <param name="Total">How many there are, counted up to <see cref="ApplicationList.MostCounted"/>; one more than that means more.</param>
/// <param name="Before">Where the next page begins; null on the last.</param>
/// <param name="IsOffice">Whether the reader sees more than own applications.</param>
public sealed record ApplicationsFound(
    IReadOnlyList<ApplicationRow> Rows, int Total, long? Before, IReadOnlyList<RoundChoice> Rounds, bool IsOffice, LocalDate Today);

/// <summary>Applications and the grants they became. The office sees what was sent off, everybody else what they have part in; a draft is its
/// people's own.</summary>
/// <param name="Text">Part of title, community or number.</param>
/// <param name="Before">Only those older than this one, as the page before said.</param>
public sealed record ApplicationList(
    long? Round = null, GrantState? State = null, string? Text = null, bool Mine = false, long? Before = null, int PageSize = ApplicationList.Shown)
    : Query<ApplicationsFound>
{
    /// <summary>Rows of one page.</summary>
    public const int Shown = 50;

    /// <summary>Counting stops here: nobody reads further, and a list is to be quick.</summary>
    public const int MostCounted = 10_000;

    private const int MostRounds = 100;

    internal override Need Needs => Need.Any(GrantRoles.Reading);

    internal override async Task<ApplicationsFound> Answer(Work work, CancellationToken ct)
    {
        bool office = work.Rights.Holds(GrantRoles.Office);
        IQueryable<GrantCase> found = Filtered(work, office);
        int size = Math.Clamp(PageSize, 1, 200);
        long before = Before ?? long.MaxValue;
        List<GrantCase> rows = await found.Where(row => row.GrantId < before).OrderByDescending(row => row.GrantId).Take(size + 1).ToListAsync(ct);
        List<RoundChoice> rounds = await work.Db.Set<GrantRound>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == RegisterState.Agreed)
            .OrderByDescending(row => row.ClosesOn).Select(row => new RoundChoice(row.GrantRoundId, row.Code + " " + row.Title)).Take(MostRounds)
            .ToListAsync(ct);
        int total = Before is null && rows.Count <= size ? rows.Count : await found.Select(row => row.GrantId).Take(MostCounted + 1).CountAsync(ct);
        bool more = rows.Count > size;
        List<GrantCase> shown = [.. rows.Take(size)];
        return new ApplicationsFound(await Rows(work, shown, ct), total, more ? shown[^1].GrantId : null, rounds, office, work.Today);
    }

    // Steps that nobody waits for: taking back, giving up, complaining.
    private static readonly HashSet<GrantMove> Sideways =
    [
        GrantMove.Withdraw, GrantMove.TakeOffAgenda, GrantMove.Redecide, GrantMove.AppealIneligible, GrantMove.AppealRemoval,
        GrantMove.LodgeObjection, GrantMove.WithdrawNotice, GrantMove.DeclineAward, GrantMove.RevokeAward,
    ];

    /// <summary>Who may move an application on from a state, without those who may only take it back.</summary>
    internal static IReadOnlyList<GrantMover> WaitsFor(GrantState state) => state >= GrantState.Active
        ? CasePage.WayOn(state) is { } on ? [.. GrantLife.Table.Rule(state, on).By] : []
        : [.. GrantLife.Table.Rules.Where(rule => rule.From == state && !Sideways.Contains(rule.Move)).SelectMany(rule => rule.By)
            .Where(mover => mover is not (GrantMover.Calendar or GrantMover.SecondDesk or GrantMover.SecondClerk)).Distinct().Take(2)];

    private static async Task<IReadOnlyList<ApplicationRow>> Rows(Work work, List<GrantCase> rows, CancellationToken ct)
    {
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.SelectMany(row => new long?[] { row.LeadId, row.FilledBy }), ct);
        long[] ids = [.. rows.Select(row => row.GrantRoundId).Distinct()];
        Dictionary<long, string> titles = await work.Db.Set<GrantRound>().Where(row => row.BookId == work.Book && ids.Contains(row.GrantRoundId))
            .ToDictionaryAsync(row => row.GrantRoundId, row => row.Title, ct);
        return
        [
            .. rows.Select(row => new ApplicationRow(row.GrantId, row.Number, row.Title, row.Community, names[row.LeadId],
                row.FilledBy == row.LeadId ? null : names[row.FilledBy], row.GrantRoundId, titles[row.GrantRoundId], row.State,
                Amount.Fen(row.Requested), row.DueOn, row.CreatedAt, row.SubmittedAt, WaitsFor(row.State))),
        ];
    }

    private IQueryable<GrantCase> Filtered(Work work, bool office)
    {
        IQueryable<GrantCase> rows = work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book);
        IQueryable<long> mine = MyApplications.Of(work);
        rows = Mine || !office ? rows.Where(row => mine.Contains(row.GrantId))
            : rows.Where(row => row.State != GrantState.Draft || mine.Contains(row.GrantId));
        rows = Round is { } round ? rows.Where(row => row.GrantRoundId == round) : rows;
        rows = State is { } state ? rows.Where(row => row.State == state) : rows;
        string text = PlainText.Of(Text ?? "");
        if (text.Length == 0)
        {
            return rows;
        }

        text = text.Length > 100 ? text[..100] : text;
        return rows.Where(row => row.Title.Contains(text) || row.Community.Contains(text) || row.Number.Contains(text.ToUpperInvariant()));
    }
}
