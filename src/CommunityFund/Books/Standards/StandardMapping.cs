using System.Globalization;
using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>What becomes of an account of the old chart.</summary>
public enum MappingKind
{
    /// <summary>The same account, whatever it is called now; its balance carries over by itself.</summary>
    Same,

    /// <summary>Part of it goes elsewhere, fund by fund, as people answer.</summary>
    Split,

    /// <summary>All of it goes to another account.</summary>
    Merged,

    /// <summary>The new chart has no place for it; it must be zero.</summary>
    Gone,
}

/// <summary>A part that leaves an account, or comes to it, by a voucher of the change-over.</summary>
/// <param name="DebitKey">The account that is debited; this or the other is the one that is split.</param>
public sealed record MappedPart(string Key, string DebitKey, string CreditKey, string Zh, string En)
{
    /// <summary>The question to answer, in the reader's language.</summary>
    public string Text => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;
}

/// <summary>One account of the old chart and what it is in the new one.</summary>
/// <param name="New">Null for one that is gone.</param>
public sealed record MappedAccount(
    StandardAccount Old, StandardAccount? New, MappingKind Kind, IReadOnlyList<MappedPart> Parts, string NoteZh, string NoteEn)
{
    public bool IsRenumbered => New is not null && New.Code != Old.Code;

    public bool IsRenamed => New is not null && New.NameZh != Old.NameZh;

    /// <summary>Something to know about it, in the reader's language; empty if there is nothing.</summary>
    public string Note => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NoteEn : NoteZh;
}

/// <summary>Something that was never recorded and is now, against net assets.</summary>
/// <param name="Side">The side of <paramref name="AccountKey"/>: debit for what is owned, credit for what is owed.</param>
/// <param name="IsNominal">True if each piece counts one yuan.</param>
public sealed record FirstRecognition(string Key, string AccountKey, Side Side, bool IsNominal, string Zh, string En)
{
    public string Text => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;
}

/// <summary>How the books go over from one standard to the next: every account of the old chart, what is asked about it, and what is
/// recorded for the first time.</summary>
/// <param name="File">Where it is written.</param>
/// <param name="Sha256">Of the file, so that it is known which table two persons have signed for.</param>
public sealed record StandardMapping(
    string File, byte[] Sha256, Standard From, Standard To, string Source, IReadOnlyList<MappedAccount> Accounts,
    IReadOnlyList<FirstRecognition> Recognitions)
{
    /// <summary>Every part that is asked for.</summary>
    public IEnumerable<(MappedAccount Account, MappedPart Part)> Parts =>
        Accounts.SelectMany(account => account.Parts.Select(part => (account, part)));

    /// <summary>What the old chart calls by the code that the account has in the new one; null if that is the account itself or nothing.</summary>
    public StandardAccount? CodeMeant(MappedAccount account) => account.New is not { } named ? null
        : From.Accounts.FirstOrDefault(old => old.Code == named.Code && old.Key != named.Key);
}
