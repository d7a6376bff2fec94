using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>A need of the round's survey, as an application chooses among them.</summary>
public sealed record NeedChoice(short No, string What, int Voices);

/// <summary>A paper of an application.</summary>
public sealed record PaperRow(long Paper, long Document, string Name, bool IsOriginal, string AddedBy, Instant AddedAt);

/// <summary>A text as it was signed.</summary>
public sealed record SnapshotRow(short No, string Sha256, string SignedBy, Instant SignedAt, Amount Requested, Amount Own);

/// <summary>An application as it is read before it is signed, screened or printed: all of it, people by name.</summary>
/// <param name="Sha256">Of the text that is shown.</param>
/// <param name="Snapshot">Which signed text is shown; null for the application as it stands.</param>
public sealed record ApplicationView(
    long Grant, int StateVersion, GrantState State, string Body, string Number, string Round, LocalDate ClosesOn, Amount Cap, SignedText Text,
    IReadOnlyDictionary<long, string> Names, IReadOnlyList<NeedChoice> Needs, IReadOnlyList<PaperRow> Papers, string Sha256,
    IReadOnlyList<SnapshotRow> Signed, short? Snapshot)
{
    /// <summary>Whether somebody else than the lead typed it.</summary>
    public bool IsForAnother => Text.Lead != Text.FilledBy;

    /// <summary>What is asked of the round.</summary>
    public Amount Requested => Text.Budget.Sum - Text.Budget.Own;

    public string NameOf(long? person) => person is { } id ? Names.GetValueOrDefault(id, "") : "";
}

/// <summary>The whole of an application, for those whose it is and those who decide about it.</summary>
/// <param name="Snapshot">A text as it was signed; null for the application as it stands.</param>
public sealed record ReadApplication(long Grant, short? Snapshot = null) : Query<ApplicationView>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<ApplicationView> Answer(Work work, CancellationToken ct) =>
        await Of(work, await ReadableCase.Of(work, Grant, ct), Snapshot, ct);

    internal static async Task<ApplicationView> Of(Work work, GrantCase row, short? snapshot, CancellationToken ct)
    {
        List<GrantSnapshot> signed = await work.Db.Set<GrantSnapshot>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.GrantId == row.GrantId).OrderBy(each => each.No).ToListAsync(ct);
        SignedText text = snapshot is { } no
            ? SignedText.Read((signed.SingleOrDefault(each => each.No == no) ?? throw new RefusedException(GrantCase.Unknown,
                ("grant", row.GrantId))).Content)
            : await SignedText.Of(work, row, ct);
        var papers = await (from paper in work.Db.Set<GrantPaper>().AsNoTracking()
                            join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { paper.BookId, paper.FiledDocumentId }
                                equals new { filed.BookId, filed.FiledDocumentId }
                            where paper.BookId == work.Book && paper.GrantId == row.GrantId && paper.RemovedBy == null
                            orderby paper.GrantPaperId
                            select new { paper, filed.Name }).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [text.Lead, text.FilledBy, row.FinLeadId, row.SignerId, .. PeopleOf(text.Team), .. signed.Select(each => (long?)each.SignedBy),
                .. papers.Select(each => (long?)each.paper.AddedBy)], ct);
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantRoundId == row.GrantRoundId, ct);
        return new ApplicationView(row.GrantId, row.StateVersion, row.State,
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct), row.Number, round.Title,
            round.ClosesOn, Amount.Fen(round.CapUnits), text, names, await NeedsOf(work, row.GrantRoundId, ct),
            [.. papers.Select(each => new PaperRow(each.paper.GrantPaperId, each.paper.FiledDocumentId, each.Name, each.paper.IsOriginal,
                names[each.paper.AddedBy], each.paper.AddedAt))],
            Convert.ToHexStringLower(SignedText.HashOf(text.Write())),
            [.. signed.Select(each => new SnapshotRow(each.No, Convert.ToHexStringLower(each.Sha256), names[each.SignedBy], each.SignedAt,
                Amount.Fen(each.Requested), Amount.Fen(each.OwnUnits)))],
            snapshot);
    }

    internal static IEnumerable<long?> PeopleOf(TeamText team) =>
        [team.Organisation, team.FinLead, team.Signer, .. team.Members.Select(member => (long?)member.Person)];

    internal static async Task<IReadOnlyList<NeedChoice>> NeedsOf(Work work, long round, CancellationToken ct) => await work.Db.Set<GrantRoundNeed>()
        .AsNoTracking().Where(row => row.BookId == work.Book && row.GrantRoundId == round).OrderBy(row => row.No)
        .Select(row => new NeedChoice(row.No, row.What, row.Voices)).ToListAsync(ct);
}

/// <summary>Who reads applications.</summary>
internal static class ReadableCase
{
    /// <summary>Read at least what they have part in.</summary>
    public static IReadOnlyList<Role> Readers { get; } = [.. GrantRoles.Office, Role.Lead, Role.FinLead, Role.SignOff];

    /// <summary>The case, if the person has part in it or reads all that were sent in.</summary>
    /// <exception cref="RefusedException">There is none for this person.</exception>
    public static async Task<GrantCase> Of(Work work, long grant, CancellationToken ct)
    {
        GrantCase? row = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantId == grant, ct);
        bool isOffice = work.Rights.IsOperator || work.Rights.Holds(GrantRoles.Office);
        return row is not null && ((isOffice && row.SubmittedAt is not null)
            || (work.Actor is { } actor && (await row.People(work, ct)).Contains(actor)))
            ? row : throw new RefusedException(GrantCase.Unknown, ("grant", grant));
    }
}
