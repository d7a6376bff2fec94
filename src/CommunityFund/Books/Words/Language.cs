using System.Globalization;

namespace CommunityFund.Books;

/// <summary>The languages a reader may choose; Chinese unless English is asked for.</summary>
public enum Language
{
    /// <summary>zh-CN.</summary>
    Chinese,

    /// <summary>en.</summary>
    English,
}

/// <summary>From a culture to the language its reader sees.</summary>
public static class Languages
{
    public static Language Of(CultureInfo reader) =>
        reader.TwoLetterISOLanguageName == "en" ? Language.English : Language.Chinese;
}
