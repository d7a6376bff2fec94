namespace CommunityFund.Books;

/// <summary>Why a chart of accounts or a statement is refused; the words are under <c>term.StandardFlaw</c>.</summary>
public enum StandardFlaw
{
    /// <summary>The text is not YAML, or not exactly one document.</summary>
    NotYaml,

    /// <summary>A text, a map or a list stands where another is needed.</summary>
    WrongShape,

    /// <summary>The same field twice in one map.</summary>
    DuplicateField,

    /// <summary>A field nobody reads, most often a misspelt one.</summary>
    UnknownField,

    /// <summary>A needed field is absent or blank.</summary>
    MissingField,

    /// <summary>A word outside the field's list.</summary>
    BadWord,

    /// <summary>A day that is not yyyy-MM-dd, or an end before the start.</summary>
    BadDate,

    /// <summary>A key that is not a slug.</summary>
    BadKey,

    /// <summary>A code with something else than digits.</summary>
    BadCode,

    /// <summary>Initials with something else than a-z.</summary>
    BadPinyin,

    /// <summary>Hours or points outside the memorandum accounts.</summary>
    NotMoney,

    /// <summary>No account at all.</summary>
    NoAccounts,

    /// <summary>Two accounts with one key.</summary>
    DuplicateKey,

    /// <summary>Two accounts with one code.</summary>
    DuplicateCode,

    /// <summary>A parent that is not in the file.</summary>
    UnknownParent,

    /// <summary>A code that does not begin with the parent's.</summary>
    CodeOutsideParent,

    /// <summary>A parent of another class.</summary>
    ClassUnlikeParent,

    /// <summary>An account that posting rules name is absent.</summary>
    MissingAccount,

    /// <summary>Not a sum of terms.</summary>
    BadFormula,

    /// <summary>A word in brackets that is no filter.</summary>
    BadFilter,

    /// <summary>No such moment or span behind the colon.</summary>
    BadMeasure,

    /// <summary>A formula names an account, a class or a role that the standard does not have.</summary>
    UnknownAccount,

    /// <summary>A formula names a row that is not there.</summary>
    UnknownRow,

    /// <summary>A formula or a sum names a column that is not there, or comes later.</summary>
    UnknownColumn,

    /// <summary>Two statements, rows or columns with one key, or two rows with one number.</summary>
    DuplicateRow,

    /// <summary>A row is made of itself.</summary>
    Circular,

    /// <summary>Too many rows, statements or parts of a row.</summary>
    TooLarge,

    /// <summary>The same lines of an account are counted more than once in one row.</summary>
    CountedTwice,

    /// <summary>Not a number with at most two decimals, or one outside its bounds.</summary>
    BadNumber,
}
