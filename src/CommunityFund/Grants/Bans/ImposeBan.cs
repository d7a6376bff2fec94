using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Bans;

/// <summary>By resolution somebody may not apply for a while.</summary>
/// <param name="Name">The person or group, as applications and payments name them.</param>
/// <param name="Papers">The resolution or what proves the breach.</param>
public sealed record ImposeBan(
    Guid Key, [property: Personal] string Name, PersonKind Kind, string Clause, [property: Personal] string Evidence, string Resolution,
    LocalDate From, LocalDate Until, IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>Name, clause, evidence or resolution is missing or too long.</summary>
    public const string WordsMissing = "ban.words-missing";

    /// <summary>It ends before it begins, lasts longer than three years, or begins long ago or far ahead.</summary>
    public const string BadSpan = "ban.bad-span";

    /// <summary>Nobody in the books is called so: a ban of a name that nobody has would catch nobody.</summary>
    public const string NobodyCalledSo = "ban.nobody-called-so";

    /// <summary>One would ban oneself.</summary>
    public const string OwnBan = "ban.own";

    /// <summary>The words that stay name the person, whose name stands with the person alone.</summary>
    public const string NameInWords = "ban.name-in-words";

    /// <summary>A ban runs already for those days.</summary>
    public const string RunsAlready = "ban.runs-already";

    /// <summary>Years that a ban lasts at most (grants.md 5.6).</summary>
    public const int MostYears = 3;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(GrantRoles.Banning).ForWholeBook().Proved());

    /// <returns>The ban.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string name, string clause, string resolution) = (PlainText.Of(Name), PlainText.Of(Clause), PlainText.Of(Resolution));
        string evidence = ProposeRound.Lines(Evidence);
        if (name.Length is 0 or > 100 || clause.Length is 0 or > 200 || resolution.Length is 0 or > 100 || evidence.Length is 0 or > 1000)
        {
            throw new RefusedException(WordsMissing);
        }

        if (Until < From || Until > From.PlusYears(MostYears) || Math.Abs(Period.DaysBetween(work.Today, From)) > 366 || Until < work.Today)
        {
            throw new RefusedException(BadSpan, ("from", From), ("until", Until), ("years", MostYears));
        }

        long person = await work.Db.People.Where(row => row.Name == name && row.Kind == Kind).OrderBy(row => row.PersonId)
            .Select(row => row.PersonId).FirstOrDefaultAsync(ct);
        if (person == 0)
        {
            throw new RefusedException(NobodyCalledSo, ("name", name));
        }

        Counterparty.KeepOut(NameInWords, Kind, name, $"{clause} {evidence} {resolution}");
        if (person == work.ActorId)
        {
            throw new RefusedException(OwnBan);
        }

        // Two of the panel that write the same resolution down at once would else make two bans of it.
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('grant_ban'), {(int)(person % int.MaxValue)})", ct);
        GrantBan? runs = await work.Db.Set<GrantBan>().AsNoTracking().FirstOrDefaultAsync(
            row => row.BookId == work.Book && row.PersonId == person && row.LiftedBy == null && row.FromDay <= Until && row.UntilDay >= From, ct);
        if (runs is not null)
        {
            throw new RefusedException(RunsAlready, ("name", name), ("from", runs.FromDay), ("until", runs.UntilDay));
        }

        GrantBan ban = new()
        {
            BookId = work.Book,
            PersonId = person,
            Clause = clause,
            Evidence = evidence,
            Resolution = resolution,
            FiledDocumentId = Papers is [_, ..] ? await FiledDocument.Keep(work, Papers, ct) : null,
            FromDay = From,
            UntilDay = Until,
            ImposedBy = work.ActorId,
            ImposedAt = work.Now,
        };
        work.Db.Add(ban);
        await work.Db.SaveChangesAsync(ct);
        return ban.GrantBanId;
    }
}
