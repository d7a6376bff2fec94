using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Agency;

/// <summary>A recipient as the form says it.</summary>
public sealed record RecipientForm([property: Personal] string Name, PersonKind Kind, Amount? Meant);

/// <summary>A matter is entered with the answers to the three tests, or a transfer agreement; another person agrees before its
/// first receipt.</summary>
/// <param name="Papers">The agreement, or the list of recipients.</param>
public sealed record ProposeMatter(
    Guid Key, [property: Personal] string Principal, PersonKind PrincipalKind, string Title, bool ByAgreement, bool DutyOnReceipt,
        bool OnlyBetween,
    bool PrincipalNamed, string Grounds, IReadOnlyList<RecipientForm> Recipients, IReadOnlyList<Enclosure>? Papers = null)
        : Command<long>(Key)
{
    /// <summary>Neither an agreement nor all three tests: it is income, not held for others.</summary>
    public const string NotAgency = "agency.not-agency";

    /// <summary>Title, grounds, principal or recipients are missing or too long.</summary>
    public const string WordsMissing = "agency.words-missing";

    /// <summary>The title names the principal or a recipient, who is a natural person.</summary>
    public const string NameInTitle = "agency.name-in-title";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Keeping).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (!ByAgreement && !(DutyOnReceipt && OnlyBetween && PrincipalNamed))
        {
            throw new RefusedException(NotAgency);
        }

        (string title, string grounds) = (PlainText.Of(Title), PlainText.Of(Grounds));
        if (title.Length is 0 or > 100 || grounds.Length is 0 or > 200 || Recipients.Count is 0 or > 500)
        {
            throw new RefusedException(WordsMissing);
        }

        Counterparty.KeepOut(NameInTitle, PrincipalKind, Principal, title);
        foreach (RecipientForm recipient in Recipients)
        {
            Counterparty.KeepOut(NameInTitle, recipient.Kind, recipient.Name, title);
        }

        AgencyMatter matter = new()
        {
            BookId = work.Book,
            PrincipalId = await Counterparty.FindOrAdd(work, PrincipalKind, Principal,
                ct) ?? throw new RefusedException(WordsMissing),
            Title = title,
            ByAgreement = ByAgreement,
            DutyOnReceipt = DutyOnReceipt,
            OnlyBetween = OnlyBetween,
            PrincipalNamed = PrincipalNamed,
            Grounds = grounds,
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(matter);
        await work.Db.SaveChangesAsync(ct);
        await AddRecipients.Add(work, matter.AgencyMatterId, Recipients, ct);
        return matter.AgencyMatterId;
    }
}
