using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>A line before and after.</summary>
/// <param name="Before">Null for a new line.</param>
public sealed record LineChange(short No, string What, Amount? Before, Amount After)
{
    public Amount Difference => After - (Before ?? Amount.Fen(0));
}

/// <summary>A tranche before and after.</summary>
/// <param name="EarliestBefore">Null for a new tranche.</param>
public sealed record TrancheChange(
    short No, string Condition, Amount Before, Amount After, LocalDate? EarliestBefore, LocalDate EarliestOn, LocalDate? DueBefore, LocalDate DueOn)
{
    public Amount Difference => After - Before;

    public bool IsChanged => !Difference.IsZero || EarliestBefore != EarliestOn || DueBefore != DueOn;
}

/// <summary>Somebody who may be named, or who signed.</summary>
public sealed record NamedPerson(long Person, string Name);

/// <summary>A fund that could give more, and what it can promise.</summary>
public sealed record FundChoice(int Fund, string Name, Amount Payable, Amount? Given);

/// <summary>An amendment as it is read: what changes, who asked, who signed, who has still to sign.</summary>
/// <param name="IsMine">The reader may sign or refuse it now.</param>
public sealed record AmendmentRow(
    short No, AmendmentKind Kind, AmendmentState State, string Reason, int Share, bool BySelf, string AskedBy, Instant AskedAt, LocalDate DueOn,
    string DecidedBy, Instant? DecidedAt, string Reply, string Resolution, string Notice, Amount Units, IReadOnlyList<LineChange> Lines,
    IReadOnlyList<TrancheChange> Tranches, LocalDate EndsBefore, LocalDate EndsOn, string LeadBefore, string Lead, string FinBefore, string FinLead,
    IReadOnlyList<(GrantMover Mover, string Name, Instant At)> Signed, IReadOnlyList<GrantMover> Waits, bool IsMine, bool MayWithdraw,
    IReadOnlyList<FundChoice> Funds);

/// <summary>A grant's amendments, what is in force, and what may be asked for.</summary>
/// <param name="WhyNot">Why the lead cannot ask now; null where they can.</param>
public sealed record AmendmentView(
    GrantCase Grant, IReadOnlyList<AmendmentRow> Rows, AgreedTerm Term, IReadOnlyList<AgreedLine> Lines, IReadOnlyList<AmendedTranche> Tranches,
    IReadOnlyList<short> OpenTranches, Refusal? WhyNot, bool IsLead, NamedPerson Lead, NamedPerson FinLead, IReadOnlyList<NamedPerson> Leads,
    IReadOnlyList<NamedPerson> FinLeads, LocalDate Today);

/// <summary>变更申请 of a grant (S-P12), before and after side by side.</summary>
public sealed record AmendmentPage(long Grant) : Query<AmendmentView>
{
    /// <summary>There is no agreement yet that could be amended.</summary>
    public const string NothingAgreed = "amendment.nothing-agreed";

    internal override Need Needs => Need.Person;

    internal override async Task<AmendmentView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await AwardReaders.Read(work, Grant, ct);
        if (await AgreedTerm.Now(work, Grant, ct) is not { } term || grant.FinLeadId is not { } fin)
        {
            throw new RefusedException(NothingAgreed, ("title", grant.Title));
        }

        List<GrantAmendment> rows = await work.Db.Set<GrantAmendment>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderByDescending(row => row.AmendmentNo).ToListAsync(ct);
        List<GrantAmendmentSignature> signed = await work.Db.Set<GrantAmendmentSignature>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == Grant).OrderBy(row => row.At).ToListAsync(ct);
        List<PlannedTranche> planned = await PlannedTranche.Of(work, Grant, ct);
        long[] leads = await Holders(work, Role.Lead, ct), fins = await Holders(work, Role.FinLead, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [grant.LeadId, fin, .. leads.Select(id => (long?)id),
            .. fins.Select(id => (long?)id), .. signed.Select(row => (long?)row.PersonId),
            .. rows.SelectMany(row => new long?[] { row.LeadId, row.FinLeadId, row.LeadBefore, row.FinBefore, row.AskedBy, row.DecidedBy })], ct);
        List<AmendmentRow> shown = [];
        foreach (GrantAmendment row in rows)
        {
            shown.Add(await Shown(work, grant, row, [.. signed.Where(each => each.AmendmentNo == row.AmendmentNo)], names, ct));
        }

        bool isLead = grant.LeadId == work.Actor || (grant.FilledBy == work.Actor && work.Rights.Holds(Role.Desk));
        return new AmendmentView(grant, shown, term, await AgreedBudget.Now(work, Grant, ct),
            [.. planned.Select(row => new AmendedTranche(row.No, Amount.Fen(row.Units), row.EarliestOn, row.ReportDueOn, row.Condition))],
            [.. planned.Where(row => row.IsOpen).Select(row => row.No)], await AmendmentNeeds.WhyNot(work, grant, null, isDecision: false, ct),
            isLead,
            new NamedPerson(grant.LeadId, names[grant.LeadId]), new NamedPerson(fin, names[fin]), isLead ? Named(leads) : [],
            isLead ? Named(fins) : [], work.Today);

        IReadOnlyList<NamedPerson> Named(long[] people) => [.. people.Select(id => new NamedPerson(id, names.GetValueOrDefault(id, "")))
            .OrderBy(person => person.Name, StringComparer.Ordinal)];
    }

    private static Task<long[]> Holders(Work work, Role role, CancellationToken ct) =>
        TeamForm.Holders(work, role).Select(row => row.PersonId).Distinct().OrderBy(id => id).Take(500).ToArrayAsync(ct);

    private static async Task<AmendmentRow> Shown(Work work, GrantCase grant, GrantAmendment row, GrantAmendmentSignature[] signed,
        IReadOnlyDictionary<long, string> names, CancellationToken ct)
    {
        Dictionary<short, AgreedLine> before = (await AgreedBudget.LinesOf(work, grant.GrantId, row.BasedOn, ct)).ToDictionary(line => line.No);
        IReadOnlyList<AgreedLine> after = await AgreedBudget.LinesOf(work, grant.GrantId, row.AmendmentNo, ct);
        Dictionary<short, (LocalDate Earliest, LocalDate Due)> days = await DaysOf(work, grant, row, ct);
        List<GrantAmendedTranche> tranches = await work.Db.Set<GrantAmendedTranche>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.GrantId == grant.GrantId && each.AmendmentNo == row.AmendmentNo).OrderBy(each => each.No).ToListAsync(ct);
        LocalDate ends = row.BasedOn == 0 ? (await AgreedBudget.Paper(work, grant.GrantId, ct))!.EndsOn
            : await work.Db.Set<GrantAmendment>().Where(each => each.BookId == work.Book && each.GrantId == grant.GrantId
                && each.AmendmentNo == row.BasedOn).Select(each => each.EndsOn).SingleAsync(ct);
        GrantMover[] waits = row.State != AmendmentState.Requested ? []
            : [.. GrantAmendment.Deciders(row.Kind).Where(mover => signed.All(given => given.Mover != mover))];
        bool isMine = false;
        if (row.State == AmendmentState.Requested && work.Actor is not null)
        {
            try
            {
                await ApproveAmendment.DeciderOf(work, grant, row, [.. signed], ct);
                isMine = true;
            }
            catch (RefusedException)
            {
                // Another's turn: the page says whose.
            }
        }

        return new AmendmentRow(row.AmendmentNo, row.Kind, row.State, row.Reason, row.Share, row.BySelf, names[row.AskedBy], row.AskedAt, row.DueOn,
            row.DecidedBy is { } by ? names[by] : "", row.DecidedAt, row.Reply, row.Resolution, row.Notice, Amount.Fen(row.Units),
            [.. after.Select(line => new LineChange(line.No, line.What, before.GetValueOrDefault(line.No)?.Amount, line.Amount))],
            [.. tranches.Select(each => new TrancheChange(each.No, each.Condition, Amount.Fen(each.UnitsBefore), Amount.Fen(each.Units),
                days.TryGetValue(each.No, out var was) ? was.Earliest : null, each.EarliestOn, days.TryGetValue(each.No, out was) ? was.Due : null,
                each.ReportDueOn))],
            ends, row.EndsOn, names[row.LeadBefore], names[row.LeadId], names[row.FinBefore], names[row.FinLeadId],
            [.. signed.Select(each => (each.Mover, names[each.PersonId], each.At))], waits, isMine,
            row.State == AmendmentState.Requested && (grant.LeadId == work.Actor || row.AskedBy == work.Actor),
            row.Kind == AmendmentKind.AmountUp && isMine ? await Choices(work, grant, row, ct) : []);
    }

    private static async Task<Dictionary<short, (LocalDate Earliest, LocalDate Due)>> DaysOf(Work work, GrantCase grant, GrantAmendment row,
        CancellationToken ct)
    {
        if (row.BasedOn > 0)
        {
            return await work.Db.Set<GrantAmendedTranche>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == grant.GrantId
                && each.AmendmentNo == row.BasedOn).ToDictionaryAsync(each => each.No, each => (each.EarliestOn, each.ReportDueOn), ct);
        }

        GrantAgreement paper = (await AgreedBudget.Paper(work, grant.GrantId, ct))!;
        return await work.Db.Set<GrantTranche>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == grant.GrantId
            && each.AwardNo == paper.AwardNo && each.Version == paper.Version)
            .ToDictionaryAsync(each => each.No, each => (each.EarliestOn, each.ReportDueOn), ct);
    }

    private static async Task<IReadOnlyList<FundChoice>> Choices(Work work, GrantCase grant, GrantAmendment row, CancellationToken ct)
    {
        List<int> pool = await work.Db.Set<GrantRoundPool>().Where(each => each.BookId == work.Book && each.GrantRoundId == grant.GrantRoundId)
            .Select(each => each.FundId).ToListAsync(ct);
        List<FundChoice> choices = [];
        foreach (Fund fund in (await work.Funds(ct)).Where(fund => pool.Contains(fund.FundId)).OrderBy(fund => fund.Code, StringComparer.Ordinal))
        {
            choices.Add(new FundChoice(fund.FundId, $"{fund.Code} {fund.Name}",
                Amount.Fen(await AmendmentEffect.Payable(work, grant, row, fund.FundId, ct)),
                row.Given.FirstOrDefault(share => share.Fund == fund.FundId)?.Amount));
        }

        return choices;
    }
}

/// <summary>An amendment in the list.</summary>
public sealed record AmendmentListRow(
    long Grant, string Number, string Title, short No, AmendmentKind Kind, AmendmentState State, Amount Units, bool BySelf, Instant AskedAt,
    LocalDate DueOn, bool IsLate);

/// <summary>Amendments that wait, and those of late: all for the body, a project's own for its people.</summary>
public sealed record AmendmentList : Query<IReadOnlyList<AmendmentListRow>>
{
    private const int Most = 200;

    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<AmendmentListRow>> Answer(Work work, CancellationToken ct)
    {
        bool isOffice = work.Rights.Holds([.. AwardReaders.All]);
        IQueryable<long> mine = MyApplications.Of(work);
        var rows = await (
            from row in work.Db.Set<GrantAmendment>().AsNoTracking()
            join grant in work.Db.Set<GrantCase>() on new { row.BookId, row.GrantId } equals new { grant.BookId, grant.GrantId }
            where row.BookId == work.Book && (isOffice || mine.Contains(row.GrantId))
            orderby row.State == AmendmentState.Requested descending, row.AskedAt descending
            select new { row, grant.Number, grant.Title }).Take(Most).ToListAsync(ct);
        return [.. rows.Select(each => new AmendmentListRow(each.row.GrantId, each.Number, each.Title, each.row.AmendmentNo, each.row.Kind,
            each.row.State, Amount.Fen(each.row.Units), each.row.BySelf, each.row.AskedAt, each.row.DueOn,
            each.row.State == AmendmentState.Requested && each.row.DueOn < work.Today))];
    }
}
