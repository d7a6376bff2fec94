using CommunityFund.Books;
using Microsoft.Extensions.Localization;

namespace CommunityFund.Web.Shell;

/// <summary>There is one set of words; whoever asks for a localizer of a type or place gets it.</summary>
internal sealed class WordsFactory : IStringLocalizerFactory
{
    public WordsFactory(Words words) => Words = words;

    public Words Words { get; }

    public IStringLocalizer Create(Type resourceSource) => Words;

    public IStringLocalizer Create(string baseName, string location) => Words;
}
