using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A clause as it is shown, of an agreement or of an appeal.</summary>
public sealed record AgreedClauseView(
    ClauseKind Kind, string Words, LocalDate? From, LocalDate? Until, IReadOnlyList<string> Classes, IReadOnlyList<string> Communities)
{
    internal static AgreedClauseView Of(AgreedClause row) => new(row.Kind, row.Words, row.FromDay, row.UntilDay,
        [.. row.Classes.Select(key => ProjectClass.Find(key)?.Name ?? key)], row.Communities);
}

/// <summary>A paper of an agreement by name.</summary>
public sealed record PaperName(string Sha256, string Name, FileKind Format, int Sheets);

/// <summary>Who did something, and when.</summary>
public sealed record ByWhom(string Name, Instant At);

/// <summary>One agreement whole.</summary>
public sealed record AgreementView(
    AgreementItem Item, PersonKind DonorKind, ReportEvery ReportEvery, int ReportDays, Amount PrincipalMinimum, string ReturnClause,
    IReadOnlyList<AgreedClauseView> Clauses, IReadOnlyList<PaperName> Papers, IReadOnlyList<PromisedReport> Reports, ByWhom Proposed, ByWhom? Decided,
    string Reply, bool MayConfirm, bool MayDrop, bool MayNote, bool MayGive, Amount FundPrincipal)
{
    /// <summary>The fund does not yet keep as much as the agreement promises.</summary>
    public bool IsPrincipalShort => Item.State != PromiseState.Dropped && PrincipalMinimum.Units > FundPrincipal.Units;
}

/// <summary>An agreement, for those whose roles reach its fund.</summary>
public sealed record AgreementPage(long Agreement) : Query<AgreementView>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<AgreementView> Answer(Work work, CancellationToken ct)
    {
        GiftAgreement row = await work.Db.Set<GiftAgreement>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.GiftAgreementId == Agreement, ct)
            ?? throw new RefusedException(GiftAgreement.Unknown, ("agreement", Agreement));
        work.Rights.Require(Need.Any(ReadableVouchers.Readers).For(row.FundId), work.Rights.IsOperator);
        List<AgreedClause> clauses = await work.Db.Set<AgreedClause>().AsNoTracking()
            .Where(clause => clause.BookId == work.Book && clause.GiftAgreementId == Agreement)
            .OrderBy(clause => clause.AgreedClauseId).ToListAsync(ct);
        List<AgreementReport> sent = await work.Db.Set<AgreementReport>().AsNoTracking()
            .Where(report => report.BookId == work.Book && report.GiftAgreementId == Agreement).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, sent.Select(report => (long?)report.NotedBy).Concat([row.ProposedBy, row.DecidedBy]), ct);
        IReadOnlyList<LocalDate> due = row.State == PromiseState.Confirmed
            ? ReportsDue.Of(row, ReportsDue.PeriodEnd(clauses), work.Today) : [];
        bool waits = row.State == PromiseState.Proposed, signs = work.Rights.Reaches(GiftAgreement.Signers, row.FundId);
        return new AgreementView(
            (await AgreementList.Items(work, [row], ct))[0],
            await work.Db.People.Where(person => person.PersonId == row.DonorId).Select(person => person.Kind).SingleAsync(ct),
            row.ReportEvery, row.ReportDays, Amount.Fen(row.PrincipalMinimum), row.ReturnClause, [.. clauses.Select(AgreedClauseView.Of)],
            await work.Db.Set<AgreementPaper>().Where(paper => paper.BookId == work.Book && paper.GiftAgreementId == Agreement)
                .OrderBy(paper => paper.Ordinal)
                .Select(paper => new PaperName(Convert.ToHexStringLower(paper.Sha256), paper.Name, paper.Format, paper.Sheets)).ToListAsync(ct),
            [
                .. due.Union(sent.Select(report => report.DueOn)).Order()
                    .Select(day => sent.FirstOrDefault(report => report.DueOn == day) is { } was
                        ? new PromisedReport(day, was.SentOn, was.Note, names[was.NotedBy]) : new PromisedReport(day, null, "", null)),
            ],
            new ByWhom(names[row.ProposedBy], row.ProposedAt),
            row is { DecidedBy: { } by, DecidedAt: { } at } ? new ByWhom(names[by], at) : null, row.Reply,
            MayConfirm: waits && signs && row.ProposedBy != work.Actor, MayDrop: waits && signs,
            MayNote: row.State == PromiseState.Confirmed && work.Rights.Reaches([Role.Accountant, Role.Desk], row.FundId),
            MayGive: row.State == PromiseState.Confirmed && work.Rights.Reaches([Role.Accountant], row.FundId),
            FundPrincipal: Amount.Fen((await work.FundById(row.FundId, ct)).PrincipalMinimum));
    }
}
