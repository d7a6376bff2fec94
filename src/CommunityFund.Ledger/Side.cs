namespace CommunityFund.Ledger;

/// <summary>The side of a line: 借 or 贷. The sign is apart from it, so red ink stays on the side it corrects.</summary>
public enum Side
{
    /// <summary>借方.</summary>
    Debit,

    /// <summary>贷方.</summary>
    Credit,
}
